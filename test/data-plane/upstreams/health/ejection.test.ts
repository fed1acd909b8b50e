import { expect, test } from "vitest";
import { ejectionTime, mayEject } from "../../../../src/data-plane/upstreams/health/ejection.ts";

test("an ejection is longer each time, to five minutes", () => {
  expect([1, 2, 9, 10, 11, 1e9].map(ejectionTime)).toEqual([30_000, 60_000, 270_000, 300_000, 300_000, 300_000]);
});

test.each([
  [0, 0],
  [1, 0],
  [2, 1],
  [3, 1],
  [4, 2],
  [5, 2],
  [101, 50],
])("of %i endpoints at most %i are ejected", (all, most) => {
  let ejected = 0;
  while (mayEject(ejected, all)) ejected += 1;
  expect(ejected).toBe(most);
});
