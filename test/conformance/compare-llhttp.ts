// One input for our codec and for llhttp, and what they make of it.
// In: octets, as latin1 text. Out: null where both read the same, else where they part.
// Never: a judgement of who is right; llhttp-differences.ts explains.
import {
  LLHTTP_INCOMPLETE,
  type LlhttpMessage,
  readRequestsByLlhttp,
  readResponseByLlhttp,
} from "../support/codec/llhttp.ts";
import { type ReadRequest, readRequests } from "../support/codec/read-requests.ts";
import { readResponse } from "../support/codec/read-response.ts";
import { sentTarget } from "../support/codec/same-requests.ts";

export interface Difference {
  readonly of: "request" | "response";
  /** What we make of the first message that is not the same: "read …", "refused …", "incomplete" or "nothing". */
  readonly ours: string;
  readonly theirs: string;
  readonly octets: string;
  /** Both read a message, and what we make of it is what we send on of theirs: another form of the target, fewer fields, nothing else. */
  readonly sentOn: boolean;
}

export async function compareRequests(octets: string): Promise<Difference | null> {
  const ours = await readRequests([Buffer.from(octets, "latin1")]);
  const { messages, error } = await readRequestsByLlhttp(octets);
  for (let index = 0; ; index++) {
    const own = ours[index];
    const message = messages[index];
    const mine = own === undefined ? "nothing" : ourRequest(own);
    const theirs = message === undefined ? ending(error) : `read ${seen(message)}`;
    const same = mine === theirs || (kind(mine) === "refused" && kind(theirs) === "refused");
    if (!same)
      return { of: "request", ours: mine, theirs, octets, sentOn: message !== undefined && mine === sentOn(message) };
    // Behind the end of the connection, a tunnel or an error there is nothing to compare.
    if (own?.admitted?.keepAlive !== true || own.admitted.request.upgrade !== null || message === undefined)
      return null;
  }
}

function ourRequest({ verdict, admitted, end, body }: ReadRequest): string {
  if (admitted === null) return verdict === "incomplete" ? verdict : `refused ${verdict}`;
  if (end !== "complete") return end === "incomplete" ? end : `refused ${end}`;
  const { method, target, httpVersion, headers } = admitted.request;
  const fields: [string, string][] = [];
  headers.forEach((name, value) => fields.push([name, value]));
  return `read ${seen({ start: `${method} ${target}`, version: httpVersion, fields, body })}`;
}

/** @param method of the request that is answered */
export async function compareResponses(octets: string, method: string, ends: boolean): Promise<Difference | null> {
  const read = await readResponse([Buffer.from(octets, "latin1")], { method, ends });
  const { messages, error } = await readResponseByLlhttp(octets, method, ends);
  const [message] = messages;
  const whole = read.outcome === "answered" || read.outcome === "complete";
  const ours = whole ? `read ${read.status} ${JSON.stringify(read.body)}` : `refused ${read.outcome}`;
  const theirs = message === undefined ? `refused ${error}` : `read ${message.start} ${JSON.stringify(message.body)}`;
  const same = ours === theirs || kind(ours) + kind(theirs) === "refusedrefused";
  return same ? null : { of: "response", ours, theirs, octets, sentOn: false };
}

/** RFC 9112 §3.2.1 for the target; a name with an underscore is dropped. */
function sentOn(message: LlhttpMessage): string {
  const [method = "", target = ""] = message.start.split(" ");
  const fields = message.fields.filter(([name]) => !name.includes("_"));
  return `read ${seen({ ...message, start: `${method} ${sentTarget(target)}`, fields })}`;
}

function seen({ start, version, fields, body }: LlhttpMessage): string {
  // Order between different names says nothing (RFC 9110 §5.3).
  const sorted = fields.toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return JSON.stringify([start, version, sorted, body]);
}

function ending(error: string): string {
  if (error === "" || error === "HPE_CLOSED_CONNECTION") return "nothing";
  return error === LLHTTP_INCOMPLETE ? "incomplete" : `refused ${error}`;
}

function kind(outcome: string): string {
  return outcome.slice(0, outcome.indexOf(" "));
}
