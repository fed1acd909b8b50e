import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";
import { memoryUse } from "../../../src/data-plane/overload/memory-use.ts";

test("of a limit that is what is used, all is used; of none, what the heap has of its own", () => {
  expect(memoryUse(process.memoryUsage.rss(), null).share).toBeGreaterThan(0.9);
  const ofHeap = memoryUse(Infinity, null).share;
  expect(ofHeap).toBeGreaterThan(0);
  expect(ofHeap).toBeLessThan(1);
});

test("where the container tells what is used of it, what is resident here decides only whether it is we", () => {
  const { share, own } = memoryUse(1, 0.93);
  expect(share).toBe(0.93);
  expect(own).toBeGreaterThan(1);
  // V8 ends a process whatever the container has left.
  expect(memoryUse(Infinity, 0).share).toBeGreaterThan(0);
});

test.each([
  // Half of them may be young when V8 gives up.
  [0.4, "--max-old-space-size=40"],
  [0.95, "--max-old-space-size=40 --max-semi-space-size=2"],
])("V8 ends a process for want of memory when more than %f is used, and not much more than 1: %s", (least, flags) => {
  const program = `
      import { writeSync } from "node:fs";
      import { memoryUse } from ${JSON.stringify(new URL("../../../src/data-plane/overload/memory-use.ts", import.meta.url).href)};
      const kept = [];
      for (;;) {
        kept.push(Array.from({ length: 10_000 }, (_, index) => ({ index })));
        writeSync(1, memoryUse(Infinity, null).share.toFixed(2) + " ");
      }`;
  const { stdout, signal } = spawnSync(process.execPath, [...flags.split(" "), "--input-type=module", "-e", program], {
    encoding: "utf8",
  });
  expect(signal).toBe("SIGABRT");
  const most = Number(stdout.trim().split(" ").at(-1));
  expect(most).toBeGreaterThan(least);
  expect(most).toBeLessThan(1.2);
});
