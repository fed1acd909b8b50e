import { expect, test } from "vitest";
import { parseCores } from "../../bench/pinning.ts";

test.each([
  ["0-1", [0, 1]],
  ["0", [0]],
  ["2,4-6,9", [2, 4, 5, 6, 9]],
  ["", []],
])("cores of %j", (list, cores) => {
  expect(parseCores(list)).toEqual(cores);
});
