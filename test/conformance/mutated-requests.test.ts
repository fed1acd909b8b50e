// What our codec reads of a faulty request is held against the second reader, and what it sends on against the letter of the grammar.
import * as fc from "fast-check";
import { test } from "vitest";
import { checkForwarded } from "../support/codec/forward-request.ts";
import { readRequests } from "../support/codec/read-requests.ts";
import { checkAgainstReference } from "../support/codec/same-requests.ts";
import { anyCuts, cut } from "../support/pieces.ts";
import { escape } from "./case.ts";
import { mutatedRequest, runs } from "./mutated-request.ts";

test("a faulty request is refused, or read and sent on as the one request it is; nothing behind it changes", async () => {
  await fc.assert(
    fc.asyncProperty(mutatedRequest, anyCuts, async (octets, cuts) => {
      const read = await readRequests(cut(octets, cuts));
      try {
        checkAgainstReference(octets, read, false);
        for (const one of read) if (one.end === "complete") await checkForwarded(one);
      } catch (error) {
        throw new Error(escape(octets, Infinity), { cause: error });
      }
    }),
    runs(4_000),
  );
});
