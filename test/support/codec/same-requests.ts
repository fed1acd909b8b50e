import type { ReadRequest } from "./read-requests.ts";
import { readReference, type ReferenceRequest } from "./reference-reader.ts";

/**
 * Compares what we read of a client's octets with the reference. We may refuse where it does not; we must not read anything else.
 * @throws {Error}
 */
export function checkAgainstReference(octets: string, read: readonly ReadRequest[], strictPaths: boolean): void {
  const requests = readReference(octets);
  for (const [index, one] of read.entries()) {
    if (one.admitted === null) continue;
    const expected = requests[index];
    if (one.end === "complete") checkSame(one, expected, strictPaths);
    else if (one.end === "incomplete" && expected !== undefined)
      throw new Error(`we wait for more of request ${index}`);
  }
}

function checkSame(
  { admitted, body }: ReadRequest,
  expected: ReferenceRequest | undefined,
  strictPaths: boolean,
): void {
  if (expected === undefined) throw new Error("we admit a request that is none");
  const ours = admitted?.request;
  if (ours?.method !== expected.method || ours.httpVersion !== expected.version || body !== expected.body)
    throw new Error(`we read another request than ${JSON.stringify(expected)}`);
  // With strict paths the normal form goes on instead.
  const target = sentTarget(expected.target);
  if (!strictPaths && ours.target !== target) throw new Error(`the target ${target} goes on as ${ours.target}`);
}

/** What goes on as a target: origin form (RFC 9112 §3.2.1), and what browsers leave raw in a path encoded once. */
export function sentTarget(written: string): string {
  const origin = written.replace(/^https?:\/\/[^/?#]*/i, "");
  const [path = ""] = /^[^?]*/.exec(origin) ?? [];
  const encoded = path.replace(/[|{}^[\]`]/g, (one) => encodeURIComponent(one)) + origin.slice(path.length);
  return origin === written || encoded.startsWith("/") ? encoded : `/${encoded}`;
}
