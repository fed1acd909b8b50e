// llhttp is the parser behind Node, Envoy and others: where it reads other messages than we do, somebody may be smuggled past one of us.
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { committedCorpus } from "../fuzz/codec/corpus.ts";
import { compareRequests, compareResponses, type Difference } from "./compare-llhttp.ts";
import { EXPLAINED, type Explained } from "./llhttp-differences.ts";
import { mutatedRequest, runs } from "./mutated-request.ts";

test("our codec and llhttp read the same messages, but for differences that are explained; none of these is out of date", async () => {
  const requests = new Set(fc.sample(mutatedRequest, runs(500)));
  const differences: (Difference | null)[] = [];
  for (const { kind, input } of committedCorpus()) {
    const octets = input.toString("latin1");
    if (kind === "request" || kind === "strict") requests.add(octets);
    // A tunnel is no message.
    else if (kind !== "upgrade")
      differences.push(await compareResponses(octets, kind === "head" ? "HEAD" : "GET", kind === "closed"));
  }
  for (const octets of requests) differences.push(await compareRequests(octets));
  const found = differences.filter((one) => one !== null);
  expect(found.filter((one) => !EXPLAINED.some((row) => explains(row, one)))).toEqual([]);
  const unused = EXPLAINED.filter((row) => !found.some((one) => explains(row, one)));
  expect(unused.map(({ what }) => what)).toEqual([]);
  // That the rest is no comparison of nothing with nothing.
  expect(differences.length - found.length).toBeGreaterThan(found.length);
});

function explains(row: Explained, { of, ours, theirs, octets, sentOn }: Difference): boolean {
  // Two different messages are never well, whatever a row says.
  if (ours.startsWith("read") && theirs.startsWith("read") && !sentOn) return false;
  return row.of === of && row.ours.test(ours) && row.theirs.test(theirs) && row.octets?.test(octets) !== false;
}
