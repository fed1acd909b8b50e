import { expect, test } from "vitest";
import { chooseWorkers, workerHeap } from "../../src/processes/worker-count.ts";

test.each([
  ["a worker a processor", 4e9, 4, 4, "one for each processor that we may use; 4000 MB of memory would do for 29"],
  [
    "fewer where memory is short",
    2 ** 30,
    16,
    6,
    "1074 MB of memory are enough for 6, and a process that follows the cluster; we may use 16 processors",
  ],
  ["two in the memory of a small pod", 2 ** 29, 8, 2, "537 MB of memory are enough for 2, and"],
  [
    "one where it is very short",
    64e6,
    8,
    1,
    "64 MB of memory are enough for no more than one; we may use 8 processors",
  ],
  ["one on one processor", 8e9, 1, 1, "one for each processor"],
])("%s", (_what, limit, processors, count, why) => {
  expect(chooseWorkers(limit, processors)).toEqual({ count, why: expect.stringContaining(why) as string });
});

test("a limited memory is shared out, with a share for the primary; an unlimited one is Node's affair", () => {
  expect(workerHeap(3, 1e9, 8e9)).toBe(187);
  expect(workerHeap(3, 64e6, 8e9)).toBe(32);
  expect(workerHeap(3, 8e9, 8e9)).toBeNull();
});
