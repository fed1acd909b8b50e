import { expect, test } from "vitest";
import { Stall } from "../../src/data-plane/stall.ts";

test("the same amount for as long as patience lasts is a stall", () => {
  const stall = new Stall();
  expect([0, 500, 999, 1000].map((now) => stall.look(now, 7, 1000))).toEqual([false, false, false, true]);
});

test("an amount that changes, either way, begins anew", () => {
  const stall = new Stall();
  expect(stall.look(0, 7, 1000)).toBe(false);
  expect(stall.look(900, 8, 1000)).toBe(false);
  expect(stall.look(1800, 6, 1000)).toBe(false);
  expect(stall.look(2799, 6, 1000)).toBe(false);
  expect(stall.look(2800, 6, 1000)).toBe(true);
});

test("nothing to wait for forgets what was", () => {
  const stall = new Stall();
  stall.look(0, 7, 1000);
  expect(stall.look(5000, null, 1000)).toBe(false);
  expect(stall.look(5001, 7, 1000)).toBe(false);
  expect(stall.look(6001, 7, 1000)).toBe(true);
});

test("an amount of nothing can stall too, where something should become of it", () => {
  const stall = new Stall();
  stall.look(0, 0, 1000);
  expect(stall.look(1000, 0, 1000)).toBe(true);
});
