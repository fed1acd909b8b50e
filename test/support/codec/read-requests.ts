// What our codec makes of the octets of a client's connection, as data that can be compared.
// In: pieces, as a socket would deliver them. Out: one record a request.
// Never: a socket, or a request that a real connection would not have read any more.
import type { Admitted, AdmitContext, Refused } from "../../../src/data-plane/http1/admit.ts";
import { Failed } from "../../../src/data-plane/exchange/failure.ts";
import { notForwarded } from "../../../src/data-plane/http/hop-by-hop.ts";
import { serializeTrailers } from "../../../src/data-plane/http/trailers.ts";
import { RequestReader } from "../../../src/data-plane/http1/request-reader.ts";
import { DEFAULT_LIMITS, type Limits } from "../../../src/data-plane/limits.ts";
import { KeepingSink } from "../body-sink.ts";

/** One request as it was read, or what was there in its place. */
export interface ReadRequest {
  /** "admitted", "preface" (HTTP/2 begins), or the name of a failure. */
  readonly verdict: string;
  readonly admitted: Admitted | null;
  /** Everything that is sent on of the head, and what the connection does behind it. */
  readonly head: string;
  readonly body: string;
  readonly trailers: string;
  /** "complete", "incomplete", or the name of the failure it ended with. */
  readonly end: string;
  /** Octets behind a request that asks for a tunnel. */
  readonly ahead: string;
}

export interface ReadOptions {
  readonly limits?: Limits;
  readonly strictPaths?: boolean;
  /** Begin to read a body, and go on to the next request, only when the connection is paused or there is nothing more to come. */
  readonly late?: boolean;
}

interface Current {
  readonly asked: Admitted | Refused;
  readonly sink: KeepingSink;
  failure: string | null;
  reading: boolean;
}

/** Every piece is lent, as a socket's are: what is kept of it must be a copy. */
export async function readRequests(pieces: readonly Buffer[], options: ReadOptions = {}): Promise<ReadRequest[]> {
  const { limits = DEFAULT_LIMITS, strictPaths = false, late = false } = options;
  const context: AdmitContext = { scheme: "http", clientAddress: "203.0.113.7", limits, strictPaths };
  const done: ReadRequest[] = [];
  const asked: Current[] = [];
  let paused = false;
  const reader = new RequestReader({
    context,
    lends: true,
    pause: () => (paused = true),
    resume: () => (paused = false),
    onRequest: (one) => asked.push({ asked: one, sink: new KeepingSink(), failure: null, reading: false }),
  });
  const settle = async (last: boolean): Promise<boolean> => {
    for (let current = asked[0]; current !== undefined; current = asked[0]) {
      if (late && !last && !paused) return true;
      if (!current.reading) read(current);
      if (reader.unread) await rejections();
      if (reader.unread && current.failure === null && "request" in current.asked) return true;
      asked.shift();
      done.push(record(current, reader));
      if (!goesOn(current, reader)) return false;
      reader.finish();
    }
    return true;
  };
  for (const [index, piece] of pieces.entries()) {
    const lent = Buffer.from(piece);
    reader.receive(lent);
    lent.fill("?");
    if (!paused && reader.unread && asked[0]?.reading === false && reader.received >= limits.bufferedBytes)
      throw new Error(`${reader.received} bytes of a body wait that nobody reads, and the connection is not paused`);
    if (!(await settle(index === pieces.length - 1))) return withAhead(done, reader, pieces.slice(index + 1));
    if (paused) throw new Error("the connection is paused, and nothing is there that would have it go on");
    if (asked.length > 1) throw new Error("a second request was read while one was being served");
  }
  for (const current of asked) done.push(record(current, reader));
  if (asked.length === 0 && reader.started) done.push({ ...NOTHING, verdict: "incomplete" });
  return done;
}

/** The failure of a body comes as a rejection: a turn of promises later. */
async function rejections(): Promise<void> {
  await Promise.resolve();
  await Promise.resolve();
}

/** Behind a request that asks for a tunnel no octet is lost. */
function withAhead(done: ReadRequest[], reader: RequestReader, later: readonly Buffer[]): ReadRequest[] {
  const last = done.at(-1);
  if (last?.admitted === null || last?.admitted.request.upgrade === null) return done;
  const ahead = Buffer.concat([...reader.takeAhead(), ...later]).toString("latin1");
  return [...done.slice(0, -1), { ...(last as ReadRequest), ahead }];
}

const NOTHING = { verdict: "", admitted: null, head: "", body: "", trailers: "", end: "", ahead: "" };

function read(current: Current): void {
  current.reading = true;
  if (!("request" in current.asked)) return;
  current.asked.request.body
    .relayTo(current.sink)
    .catch((error: unknown) => (current.failure = Failed.from(error).failure));
}

function record({ asked, sink, failure }: Current, reader: RequestReader): ReadRequest {
  if (!("request" in asked)) {
    const verdict = asked.preface === undefined ? `${asked.failure.failure} ${asked.method}` : "preface";
    return { ...NOTHING, verdict };
  }
  const { method, target, path, host, authority, httpVersion, headers, upgrade, expectsContinue } = asked.request;
  const { framing, keepAlive } = asked;
  const fields = headers.serialize(notForwarded(headers));
  return {
    verdict: "admitted",
    admitted: asked,
    head: JSON.stringify([
      [method, target, path, host, authority, httpVersion],
      [fields, upgrade, expectsContinue, framing, keepAlive],
    ]),
    // How much of a broken body went on before it was seen to be broken is a matter of time.
    body: failure === null ? sink.text : "",
    trailers: serializeTrailers(sink.trailers),
    end: failure ?? (reader.unread ? "incomplete" : "complete"),
    ahead: "",
  };
}

function goesOn({ asked, failure }: Current, reader: RequestReader): boolean {
  return "request" in asked && failure === null && !reader.unread && asked.keepAlive && asked.request.upgrade === null;
}
