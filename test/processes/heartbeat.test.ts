import { expect, test } from "vitest";
import { type Beating, Heartbeat } from "../../src/processes/heartbeat.ts";
import { ManualClock } from "../support/manual-clock.ts";

function watched(serving: boolean): { worker: Beating; silent: [Beating, number][]; clock: ManualClock } {
  const clock = new ManualClock();
  const silent: [Beating, number][] = [];
  const worker = { serving, heard: false };
  const heartbeat = new Heartbeat<Beating>(clock, (who, silence) => silent.push([who, silence]));
  heartbeat.watch(worker);
  return { worker, silent, clock };
}

test("a worker that is silent for more than five seconds is told of, once", () => {
  const { worker, silent, clock } = watched(true);
  worker.heard = true;
  clock.advance(6000);
  expect(silent).toEqual([]);
  clock.advance(1000);
  expect(silent).toEqual([[worker, 6000]]);
  clock.advance(60_000);
  expect(silent).toHaveLength(1);
});

test("one that says something now and then is not", () => {
  const { worker, silent, clock } = watched(true);
  for (let round = 0; round < 10; round += 1) {
    clock.advance(5000);
    worker.heard = true;
  }
  expect(silent).toEqual([]);
});

test("one that begins has a minute", () => {
  const { silent, clock } = watched(false);
  clock.advance(60_000);
  expect(silent).toEqual([]);
  clock.advance(1000);
  expect(silent).toHaveLength(1);
});

test("time in which the primary itself stood still does not count", () => {
  let tick = (): void => {};
  let now = 0;
  const standing = { now: () => now, every: (_interval: number, called: () => void) => ((tick = called), () => {}) };
  const silent: Beating[] = [];
  const heartbeat = new Heartbeat<Beating>(standing, (worker) => silent.push(worker));
  heartbeat.watch({ serving: true, heard: false });
  now = 600_000;
  tick();
  expect(silent).toEqual([]);
  for (let second = 0; second < 5; second += 1) {
    now += 1000;
    tick();
  }
  expect(silent).toHaveLength(1);
});
