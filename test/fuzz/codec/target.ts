// What is tried: one input into the codec, several times, cut at other places each time.
// In: octets and their kind. Out: nothing, or an Error that says which property does not hold.
// Never: chance; the same input does the same.
import { DEFAULT_LIMITS, type Limits } from "../../../src/data-plane/limits.ts";
import { checkForwarded } from "../../support/codec/forward-request.ts";
import { type ReadRequest, readRequests } from "../../support/codec/read-requests.ts";
import { readResponse, type ResponseOptions } from "../../support/codec/read-response.ts";
import { checkAgainstReference } from "../../support/codec/same-requests.ts";
import { Random } from "../random.ts";

/** Whose octets they are, and what was asked before. */
export const KINDS = ["request", "strict", "response", "head", "upgrade", "closed"] as const;
export type Kind = (typeof KINDS)[number];

/** Small, so that every limit is met. */
const LIMITS: Limits = {
  ...DEFAULT_LIMITS,
  headBytes: 1_024,
  targetBytes: 256,
  fields: 12,
  interimResponses: 3,
  bufferedBytes: 200,
};

const RESPONSES: Readonly<Record<string, ResponseOptions>> = {
  response: { limits: LIMITS },
  head: { limits: LIMITS, method: "HEAD" },
  upgrade: { limits: LIMITS, upgrade: "foo" },
  closed: { limits: LIMITS, ends: true },
};

/** @throws {Error} where the codec breaks a promise with this input */
export async function runInput(kind: Kind, input: Buffer): Promise<void> {
  const edge = input.length > 600 ? 200 : input.length;
  const bytewise = Array.from(input.subarray(0, edge), (_octet, index) => input.subarray(index, index + 1));
  if (edge < input.length) bytewise.push(input.subarray(edge));
  const random = new Random(input.reduce((hash, octet) => Math.imul(hash ^ octet, 16_777_619), 2_166_136_261));
  const cuts = [[input], bytewise, [...random.cut(input)], [...random.cut(input)]];
  const response = RESPONSES[kind];
  if (response === undefined) await runRequests(input, cuts, kind === "strict");
  else same(await Promise.all(cuts.map((pieces) => readResponse(pieces, response))));
}

async function runRequests(input: Buffer, cuts: readonly (readonly Buffer[])[], strictPaths: boolean): Promise<void> {
  const results: ReadRequest[][] = [];
  for (const [index, pieces] of cuts.entries())
    results.push(await readRequests(pieces, { limits: LIMITS, strictPaths, late: index % 2 === 1 }));
  same(results.map((requests) => requests.map(({ admitted: _admitted, ...read }) => read)));
  checkAgainstReference(input.toString("latin1"), results[0] as ReadRequest[], strictPaths);
  for (const read of results[0] as ReadRequest[]) if (read.end === "complete") await checkForwarded(read);
}

function same(results: readonly unknown[]): void {
  const [first, ...others] = results.map((result) => JSON.stringify(result));
  for (const other of others) if (other !== first) throw new Error(`cut otherwise: ${other}\nnot ${first}`);
}
