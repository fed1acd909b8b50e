import { expect, onTestFinished, test } from "vitest";
import type { Clock } from "../../../src/data-plane/clock.ts";
import { DEFAULT_LIMITS, DEFAULT_TIMEOUTS } from "../../../src/data-plane/limits.ts";
import { Overload } from "../../../src/data-plane/overload/overload.ts";

/** A clock whose ticks come as late as a busy event loop lets them. */
class LateClock implements Clock {
  #now = 0;
  #tick: () => void = () => {};
  now = (): number => this.#now;
  every(_interval: number, tick: () => void): () => void {
    this.#tick = tick;
    return () => (this.#tick = () => {});
  }
  tick(after: number): void {
    this.pass(after);
    this.#tick();
  }
  pass(milliseconds: number): void {
    this.#now += milliseconds;
  }
}

function watch(limits: Partial<typeof DEFAULT_LIMITS> = {}) {
  const clock = new LateClock();
  const used: { memory: number; own?: number; connections: number; collecting: number } = {
    memory: 0,
    connections: 0,
    collecting: 0,
  };
  const changes: (string | null)[] = [];
  const exhausted: string[] = [];
  let pressed = 0;
  let collections = 0;
  const overload = new Overload({
    clock,
    limits: { ...DEFAULT_LIMITS, ...limits },
    timeouts: DEFAULT_TIMEOUTS,
    meters: {
      memory: () => ({ share: used.memory, own: used.own ?? used.memory }),
      connections: () => used.connections,
    },
    collect: () => {
      collections += 1;
      clock.pass(used.collecting);
    },
    onPressure: () => (pressed += 1),
    onChange: (why) => changes.push(why),
    onExhausted: (why) => exhausted.push(why),
  });
  onTestFinished(() => overload.close());
  return { clock, used, changes, exhausted, overload, pressed: () => pressed, collections: () => collections };
}

test("one late turn of the event loop refuses nothing", () => {
  const { clock, overload } = watch();
  for (const after of [250, 5000, 250, 250]) clock.tick(after);
  expect(overload.share).toBe(0);
  expect(overload.refusal()).toBeNull();
});

test("a loop that stays late refuses more and more, and fewer again when it is in time", () => {
  const { clock, overload, changes } = watch();
  for (let looks = 0; looks < 12; looks++) clock.tick(700);
  expect(overload.share).toBe(0.95);
  const refusals = Array.from({ length: 400 }, () => overload.refusal()).filter((refusal) => refusal !== null);
  expect(refusals.length).toBeGreaterThan(300);
  expect(refusals[0]).toMatchObject({ failure: "overloaded", status: 503 });
  for (let looks = 0; looks < 20; looks++) clock.tick(250);
  expect(overload.share).toBe(0);
  expect(changes).toEqual(["the event loop is 2.3 times as late as it may be", null]);
});

test("memory near its limit refuses everything, and lets idle clients go before that", () => {
  const { clock, used, overload, pressed } = watch();
  used.memory = 0.86;
  clock.tick(250);
  expect(overload.share).toBe(0);
  expect(pressed()).toBe(1);
  used.memory = 0.99;
  clock.tick(250);
  expect(overload.refusal()).toMatchObject({ failure: "overloaded" });
  used.memory = 0.5;
  for (let looks = 0; looks < 20; looks++) clock.tick(250);
  expect(overload.refusal()).toBeNull();
});

test("many connections let idle clients go", () => {
  const { clock, used, overload, pressed } = watch({ connections: 100 });
  used.connections = 84;
  clock.tick(250);
  expect([overload.share, pressed()]).toEqual([0, 0]);
  used.connections = 85;
  clock.tick(250);
  expect([overload.share, pressed()]).toEqual([0, 1]);
});

test("memory that stays used up for five seconds is told once, and again when it was well in between", () => {
  const { clock, used, exhausted } = watch();
  const look = (times: number, memory: number): void => {
    used.memory = memory;
    for (let looks = 0; looks < times; looks++) clock.tick(250);
  };
  look(19, 0.96);
  look(1, 0.94);
  look(19, 0.96);
  expect(exhausted).toEqual([]);
  look(100, 0.97);
  expect(exhausted).toEqual(["97 % of the memory limit is used"]);
  look(1, 0.5);
  look(20, 1);
  expect(exhausted).toHaveLength(2);
});

test("memory that others of the container have used up is not ours to free: requests are refused, and this process stays", () => {
  const { clock, used, exhausted, overload } = watch();
  Object.assign(used, { memory: 0.99, own: 0.6 });
  for (let looks = 0; looks < 40; looks++) clock.tick(250);
  expect([overload.share, exhausted]).toEqual([1, []]);
});

test("garbage is collected while requests are refused for want of memory: not all the time, and it is no lateness", () => {
  const { clock, used, overload, collections } = watch();
  const look = (times: number): void => {
    for (let looks = 0; looks < times; looks++) clock.tick(250);
  };
  used.memory = 0.89;
  look(40);
  expect(collections()).toBe(0);
  used.memory = 0.97;
  look(19);
  expect(collections()).toBe(1);
  // Twenty times as long as it took.
  used.collecting = 1_000;
  look(2);
  expect(collections()).toBe(2);
  look(79);
  expect([collections(), overload.share]).toEqual([2, 0.87]);
  look(1);
  expect(collections()).toBe(3);
});

test("memory that an overload took and nobody gives back ends no request once it rises no more", () => {
  const { clock, used, overload, changes } = watch();
  const look = (times: number, memory: number): void => {
    used.memory = memory;
    for (let looks = 0; looks < times; looks++) clock.tick(250);
  };
  for (const memory of [0.91, 0.93, 0.95, 0.96]) look(4, memory);
  expect(overload.share).toBe(0.75);
  look(40, 0.94);
  expect([overload.share, changes.at(-1)]).toEqual([0, null]);
  // What was reached before can be reached again; beyond it the end may be near.
  look(40, 0.96);
  expect(overload.share).toBe(0);
  look(1, 0.968);
  expect(overload.share).toBe(0.85);
  look(40, 0.97);
  expect(overload.share).toBe(0.87);
  // Another overload, long after this one.
  look(40, 0.6);
  look(1, 0.94);
  expect(overload.share).toBe(0.5);
});
