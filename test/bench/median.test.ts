import { expect, test } from "vitest";
import { median } from "../../bench/median.ts";

test("the middle value, whatever the order", () => {
  expect(median([30, 1, 2])).toBe(2);
});

test("numbers are not sorted as text", () => {
  expect(median([10, 9, 100])).toBe(10);
});

test("the mean of the two in the middle of an even count", () => {
  expect(median([4, 1, 2, 8])).toBe(3);
});

test("nothing has no median", () => {
  expect(() => median([])).toThrow(RangeError);
});
