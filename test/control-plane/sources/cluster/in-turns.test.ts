import { expect, test } from "vitest";
import { inTurns } from "../../../../src/control-plane/sources/cluster/in-turns.ts";

test("each namespace has its turn, whatever another names", () => {
  const names = ["a/1", "a/2", "a/3", "a/3", "b/9", "c/1", "c/0"];
  const expected = ["a/1", "b/9", "c/0", "a/2", "c/1", "a/3"];
  expect(inTurns(names)).toEqual(expected);
  expect(inTurns(names.toReversed())).toEqual(expected);
});
