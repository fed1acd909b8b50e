import { expect, test } from "vitest";
import { defaultWorkers, workerHeap } from "../../src/processes/worker-count.ts";

test.each([
  ["a worker a processor", 4e9, 4, 4],
  ["fewer where memory is short", 256e6, 8, 2],
  ["one where it is very short", 64e6, 8, 1],
])("%s", (_what, limit, processors, count) => {
  expect(defaultWorkers(limit, processors)).toBe(count);
});

test("a limited memory is shared out, with a share for the primary; an unlimited one is Node's affair", () => {
  expect(workerHeap(3, 1e9, 8e9)).toBe(187);
  expect(workerHeap(3, 64e6, 8e9)).toBe(32);
  expect(workerHeap(3, 8e9, 8e9)).toBeNull();
});
