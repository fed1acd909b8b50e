import { expect, test } from "vitest";
import { BackOff, type Failure } from "../../../src/control-plane/kubernetes/back-off.ts";
import { ManualTimers } from "../../support/manual-timers.ts";

/** How long each of so many failures in a row is waited for. */
function waits(count: number, random: number, failure: Failure, backOff = at(random)): number[] {
  return Array.from({ length: count }, () => backOff.next(failure));
}

function at(random: number): BackOff {
  return new BackOff(new ManualTimers(), () => random);
}

test("what a server refuses is waited for longer and longer, up to 30 seconds", () => {
  expect(waits(7, 0, {})).toEqual([800, 1600, 3200, 6400, 12_800, 15_000, 15_000]);
  expect(waits(7, 1, {})).toEqual([1600, 3200, 6400, 12_800, 25_600, 30_000, 30_000]);
});

test("where nobody answers, up to 2.5 seconds", () => {
  expect(waits(4, 0, { away: true })).toEqual([800, 1250, 1250, 1250]);
  expect(waits(4, 1, { away: true })).toEqual([1600, 2500, 2500, 2500]);
});

test("no two gateways that all failed at once ask again at once", () => {
  for (const away of [true, false]) {
    const randoms = Array.from({ length: 10 }, (_, one) => one / 10);
    const last = randoms.map((random) => waits(9, random, { away }).at(-1));
    expect(new Set(last).size).toBe(10);
  }
});

test("a server that is back and refuses at first is not waited for as if it had refused all the time", () => {
  const backOff = at(0);
  waits(100, 0, { away: true }, backOff);
  expect(waits(3, 0, {}, backOff)).toEqual([1250, 2500, 5000]);
  // But one that is away at times is spared, when it refuses, as before.
  backOff.next({ away: true });
  expect(backOff.next()).toBe(10_000);
});

test("after two minutes without a failure the next is the first again", () => {
  const timers = new ManualTimers();
  const backOff = new BackOff(timers, () => 0);
  for (let count = 0; count < 5; count += 1) timers.advance(backOff.next());
  timers.advance(120_000);
  expect(backOff.next()).toBe(800);
});
