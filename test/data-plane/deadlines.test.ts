import * as fc from "fast-check";
import { expect, test } from "vitest";
import { Deadlines, type Expiring } from "../../src/data-plane/deadlines.ts";
import { ManualClock } from "../support/manual-clock.ts";

function item(deadlines: Deadlines, milliseconds: number, expire: () => void): Expiring {
  const made: Expiring = { deadline: deadlines.after(milliseconds), expire };
  deadlines.add(made);
  return made;
}

test("a deadline never fires early, once, and at most a second late", () => {
  fc.assert(
    fc.property(fc.nat(5000), fc.nat(5000), (wait, milliseconds) => {
      const clock = new ManualClock();
      const deadlines = new Deadlines(clock);
      clock.advance(wait);
      const start = clock.now();
      const fired: number[] = [];
      item(deadlines, milliseconds, () => fired.push(clock.now() - start));
      clock.advance(milliseconds + 5000);
      expect(fired).toHaveLength(1);
      expect(fired[0]).toBeGreaterThanOrEqual(milliseconds);
      expect(fired[0]).toBeLessThanOrEqual(milliseconds + 1000);
    }),
  );
});

test("moving it is setting it, and one that expired may be set again", () => {
  const clock = new ManualClock();
  const deadlines = new Deadlines(clock);
  let fired = 0;
  const moved = item(deadlines, 1000, () => (fired += 1));
  clock.advance(900);
  moved.deadline = deadlines.after(1000);
  clock.advance(900);
  expect(fired).toBe(0);
  clock.advance(2000);
  expect(fired).toBe(1);
  expect(moved.deadline).toBe(Infinity);
  moved.deadline = deadlines.after(1000);
  clock.advance(3000);
  expect(fired).toBe(2);
});

test("one that is deleted, endless, or of a closed table does not fire", () => {
  const clock = new ManualClock();
  const deadlines = new Deadlines(clock);
  const fired: string[] = [];
  deadlines.delete(item(deadlines, 1000, () => fired.push("deleted")));
  item(deadlines, 1000, () => fired.push("endless")).deadline = Infinity;
  clock.advance(5000);
  item(deadlines, 1000, () => fired.push("closed"));
  deadlines.close();
  clock.advance(5000);
  expect(fired).toEqual([]);
});

test("expiring may delete another and set itself anew", () => {
  const clock = new ManualClock();
  const deadlines = new Deadlines(clock);
  const fired: string[] = [];
  const first = item(deadlines, 1000, () => {
    fired.push("first");
    deadlines.delete(second);
    if (fired.length < 3) first.deadline = deadlines.after(0);
  });
  const second = item(deadlines, 1000, () => fired.push("second"));
  clock.advance(10_000);
  expect(fired).toEqual(["first", "first", "first"]);
});

test("a process that stood still gives everybody the time they had left", () => {
  let now = 1_000;
  let tick = (): void => {};
  const deadlines = new Deadlines({
    now: () => now,
    every: (_interval, given) => {
      tick = given;
      return () => {};
    },
  });
  let fired = 0;
  const before = item(deadlines, 3_000, () => (fired += 1));
  now += 60_000;
  // As a connection does that is read before the timer comes, by a time that is a minute old.
  item(deadlines, 3_000, () => (fired += 1));
  tick();
  expect(fired).toBe(0);
  expect(before.deadline - now).toBeGreaterThanOrEqual(3_000);
  for (now += 500; now < 65_500; now += 500) tick();
  expect(fired).toBe(2);
});
