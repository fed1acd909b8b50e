import { expect, onTestFinished, test } from "vitest";
import { Paced, type PacedOptions } from "../../../src/control-plane/status/paced.ts";
import { ManualTimers } from "../../support/manual-timers.ts";

class Bed {
  readonly timers = new ManualTimers();
  readonly done: string[] = [];
  readonly paced: Paced;

  constructor(options: Partial<PacedOptions> = {}) {
    this.paced = new Paced({ timers: this.timers, random: () => 0, perSecond: 20, ...options });
    onTestFinished(() => this.paced.close());
  }

  add(key: string, urgent = false, succeeds = true): void {
    const act = (): Promise<boolean> => {
      this.done.push(key);
      return Promise.resolve(succeeds);
    };
    this.paced.add(key, act, urgent);
  }

  async pass(milliseconds: number): Promise<void> {
    for (let passed = 0; passed <= milliseconds; passed += 10) {
      await new Promise((resolve) => setImmediate(resolve));
      if (passed < milliseconds) this.timers.advance(10);
    }
  }
}

test("a few are done at once, more so many a second, and a few at once again after a pause", async () => {
  const bed = new Bed({ burst: 30 });
  for (let number = 0; number < 60; number += 1) bed.add(String(number));
  await bed.pass(0);
  expect(bed.done).toHaveLength(30);
  await bed.pass(500);
  expect(bed.done).toHaveLength(40);
  await bed.pass(1000);
  expect(bed.done).toEqual(Array.from({ length: 60 }, (_, number) => String(number)));
  await bed.pass(1500);
  for (let number = 0; number < 60; number += 1) bed.add(String(number));
  await bed.pass(0);
  expect(bed.done).toHaveLength(90);
});

test("what is urgent comes first, also where it waited already", async () => {
  const bed = new Bed();
  for (const key of ["a", "b", "c", "d"]) bed.add(key);
  await bed.pass(0);
  bed.add("new", true);
  bed.add("d", true);
  // Another word of it that is not urgent does not send it back.
  bed.add("new");
  await bed.pass(200);
  expect(bed.done).toEqual(["a", "new", "d", "b", "c"]);
});

test("what is urgent has room where of all else too much waits", async () => {
  const bed = new Bed({ bound: 2 });
  for (const key of ["a", "b", "c"]) bed.add(key);
  bed.add("new", true);
  bed.paced.delete("b");
  await bed.pass(200);
  expect(bed.done).toEqual(["new", "a"]);
  expect(bed.paced.dropped).toBe(1);
});

test("what has failed is not done again before its time, whoever asks for it", async () => {
  const bed = new Bed();
  bed.add("a", false, false);
  await bed.pass(0);
  for (let second = 0; second < 7; second += 1) {
    bed.add("a");
    await bed.pass(100);
  }
  expect(bed.done).toEqual(["a"]);
  await bed.pass(200);
  expect(bed.done).toEqual(["a", "a"]);
  expect(bed.paced.waiting).toBe(0);
});
