import * as fc from "fast-check";
import { test } from "vitest";
import { live, steps } from "./histories.ts";

test.each([
  ["streaming lists", true],
  ["paged lists", false],
])("whatever happens, what is known with %s was there, and is there in the end", async (_what, streaming) => {
  await fc.assert(
    fc.asyncProperty(steps, (history) => live(history, streaming)),
    { numRuns: 250 },
  );
});
