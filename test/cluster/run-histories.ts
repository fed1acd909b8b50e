// Many more histories than `npm test` has time for: node tools/run.cjs test/cluster/run-histories.ts [COUNT]
import * as fc from "fast-check";
import { live, steps } from "./histories.ts";

const numRuns = Number(process.argv[2] ?? 10_000);
for (const streaming of [true, false]) {
  await fc.assert(
    fc.asyncProperty(steps, (history) => live(history, streaming)),
    { numRuns },
  );
  process.stdout.write(
    `${numRuns} histories with ${streaming ? "streaming" : "paged"} lists: what is known was there\n`,
  );
}
