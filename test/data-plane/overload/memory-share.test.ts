import { expect, test } from "vitest";
import { memoryShare } from "../../../src/data-plane/overload/memory-share.ts";

test("of a limit that is what is used, all is used; of none, what the heap has of its own", () => {
  expect(memoryShare(process.memoryUsage.rss())).toBeGreaterThan(0.9);
  const ofHeap = memoryShare(Infinity);
  expect(ofHeap).toBeGreaterThan(0);
  expect(ofHeap).toBeLessThan(1);
});
