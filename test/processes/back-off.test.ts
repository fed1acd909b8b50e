import { expect, test } from "vitest";
import { BackOff } from "../../src/processes/back-off.ts";

test("at once the first time, then longer and longer, to a bound", () => {
  const backOff = new BackOff();
  const waits = Array.from({ length: 11 }, () => backOff.next(10));
  expect(waits).toEqual([0, 100, 200, 400, 800, 1600, 3200, 6400, 10_000, 10_000, 10_000]);
});

test("a worker that lived long enough is replaced at once again", () => {
  const backOff = new BackOff();
  for (let count = 0; count < 5; count += 1) backOff.next(10);
  expect(backOff.next(30_000)).toBe(0);
  expect(backOff.next(10)).toBe(100);
});
