import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";
import { memoryShare } from "../../../src/data-plane/overload/memory-share.ts";

test("of a limit that is what is used, all is used; of none, what the heap has of its own", () => {
  expect(memoryShare(process.memoryUsage.rss())).toBeGreaterThan(0.9);
  const ofHeap = memoryShare(Infinity);
  expect(ofHeap).toBeGreaterThan(0);
  expect(ofHeap).toBeLessThan(1);
});

test.each([
  // Half of them may be young when V8 gives up.
  [0.4, "--max-old-space-size=40"],
  [0.95, "--max-old-space-size=40 --max-semi-space-size=2"],
])("V8 ends a process for want of memory when more than %f is used, and not much more than 1: %s", (least, flags) => {
  const program = `
      import { writeSync } from "node:fs";
      import { memoryShare } from ${JSON.stringify(new URL("../../../src/data-plane/overload/memory-share.ts", import.meta.url).href)};
      const kept = [];
      for (;;) {
        kept.push(Array.from({ length: 10_000 }, (_, index) => ({ index })));
        writeSync(1, memoryShare(Infinity).toFixed(2) + " ");
      }`;
  const { stdout, signal } = spawnSync(process.execPath, [...flags.split(" "), "--input-type=module", "-e", program], {
    encoding: "utf8",
  });
  expect(signal).toBe("SIGABRT");
  const most = Number(stdout.trim().split(" ").at(-1));
  expect(most).toBeGreaterThan(least);
  expect(most).toBeLessThan(1.2);
});
