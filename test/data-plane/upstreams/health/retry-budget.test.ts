import * as fc from "fast-check";
import { expect, test } from "vitest";
import { RetryBudget } from "../../../../src/data-plane/upstreams/health/retry-budget.ts";

function start() {
  const clock = { now: 5_000 };
  return { clock, budget: new RetryBudget(clock) };
}

function takeAll(budget: RetryBudget): number {
  let taken = 0;
  while (budget.take("connect_failed")) taken += 1;
  return taken;
}

test("a quiet upstream has three retries a second", () => {
  const { clock, budget } = start();
  expect(takeAll(budget)).toBe(30);
  budget.request();
  expect(budget.take("connect_failed")).toBe(false);
  clock.now += 20_000;
  expect(takeAll(budget)).toBe(30);
});

test("a busy one has a fifth of its requests", () => {
  const { budget } = start();
  for (let count = 0; count < 1_000; count++) budget.request();
  expect(takeAll(budget)).toBe(200);
  for (let count = 0; count < 5; count++) budget.request();
  expect(takeAll(budget)).toBe(1);
});

test("what was ten seconds ago fades out evenly", () => {
  const { clock, budget } = start();
  for (let count = 0; count < 1_000; count++) budget.request();
  takeAll(budget);
  clock.now += 10_000;
  expect(budget.lately).toEqual({ requests: 1_000, retries: 200 });
  clock.now += 5_000;
  expect(budget.lately).toEqual({ requests: 500, retries: 100 });
  expect(budget.take("connect_failed")).toBe(false);
  clock.now += 5_000;
  expect(budget.lately).toEqual({ requests: 0, retries: 0 });
});

test("whatever comes when, retries are at most a fifth of the requests, but for the floor", () => {
  const steps = fc.array(
    fc.record({ wait: fc.integer({ min: 0, max: 30_000 }), requests: fc.integer({ min: 0, max: 400 }) }),
    { minLength: 1, maxLength: 30 },
  );
  fc.assert(
    fc.property(steps, (steps) => {
      const { clock, budget } = start();
      let requests = 0;
      let retries = 0;
      let windows = 1;
      for (const { wait, requests: count } of steps) {
        clock.now += wait;
        windows += wait / 10_000;
        for (let at = 0; at < count; at++) {
          budget.request();
          if (budget.take("connect_failed")) retries += 1;
        }
        requests += count;
      }
      expect(retries).toBeLessThanOrEqual(requests * 0.2 + 30 * windows);
    }),
  );
});

test("what the endpoint had no part in may be tried again whatever the budget", () => {
  const { budget } = start();
  takeAll(budget);
  expect([budget.take("out_of_ports"), budget.take("out_of_sockets")]).toEqual([true, true]);
  expect(budget.lately).toEqual({ requests: 0, retries: 30 });
});
