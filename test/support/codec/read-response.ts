// What our codec makes of the octets of an upstream's connection after one request, as data that can be compared.
// In: pieces, as a socket would deliver them, then the end of the connection or not. Out: one record.
// Never: a socket.
import { setImmediate as endOfTurn } from "node:timers/promises";
import { Deadlines } from "../../../src/data-plane/deadlines.ts";
import { EMPTY_BODY } from "../../../src/data-plane/exchange/empty-body.ts";
import { Failed } from "../../../src/data-plane/exchange/failure.ts";
import type { GatewayResponse } from "../../../src/data-plane/exchange/response.ts";
import type { Intake } from "../../../src/data-plane/http1/intake.ts";
import { MessageWriter } from "../../../src/data-plane/http1/message-writer.ts";
import { writeResponseHead } from "../../../src/data-plane/http1/response-head-writer.ts";
import { UpstreamConnection } from "../../../src/data-plane/http1/upstream-connection.ts";
import type { UpstreamRequest } from "../../../src/data-plane/http1/upstream-request.ts";
import { DEFAULT_LIMITS, DEFAULT_TIMEOUTS, type Limits } from "../../../src/data-plane/limits.ts";
import { request } from "../exchanges.ts";
import { ManualClock } from "../manual-clock.ts";
import { readResponse as readMessage, values } from "../message.ts";
import { KeptSocket } from "./kept-socket.ts";

export interface ResponseOptions {
  readonly limits?: Limits;
  readonly method?: string;
  readonly upgrade?: string;
  /** The upstream closes behind its octets. */
  readonly ends?: boolean;
}

export interface ReadAnswer {
  /** "complete", or how the request failed. */
  readonly outcome: string;
  readonly status: number;
  /** What the client gets, as a parser of another hand reads it. */
  readonly head: string;
  readonly body: string;
  readonly trailers: string;
  readonly interim: readonly string[];
  /** Whether another request may be sent on this connection. */
  readonly reusable: boolean;
  /** Octets behind a 101. */
  readonly ahead: string;
}

export async function readResponse(pieces: readonly Buffer[], options: ResponseOptions = {}): Promise<ReadAnswer> {
  const { limits = DEFAULT_LIMITS, method = "GET", upgrade = null, ends = false } = options;
  const socket = new KeptSocket();
  const intake: Intake = { lends: true, take: () => {} };
  const interim: string[] = [];
  let outcome = "none";
  let idle = false;
  const deadlines = new Deadlines(new ManualClock());
  const connection = new UpstreamConnection(
    socket.asSocket,
    {
      deadlines,
      limits,
      timeouts: DEFAULT_TIMEOUTS,
      onIdle: () => (idle = true),
      onClosed: () => (idle = false),
      onOutcome: (_connection, what) => (outcome = typeof what === "string" ? what : what.failure),
    },
    intake,
  );
  const asked: UpstreamRequest = {
    method,
    head: `${method} / HTTP/1.1\r\nHost: a\r\n\r\n`,
    block: null,
    framing: { kind: "none" },
    body: EMPTY_BODY,
    unhurried: false,
    upgrade,
    readTimeout: 1,
    writeTimeout: 1,
    exchange: { sendInterim: (status, headers) => interim.push(`${status} ${headers.serialize(() => false)}`) },
  };
  const client = new Client(method, upgrade);
  const taken = connection
    .send(asked)
    .then((response) => client.take(response))
    .catch((error: unknown) => client.failed(error));
  await endOfTurn();
  for (const [index, piece] of pieces.entries()) {
    // What a connection has given up is not ours to feed, nor what it hands to a tunnel.
    if (client.tunnel) client.ahead += Buffer.concat(pieces.slice(index)).toString("latin1");
    if (socket.destroyed || client.tunnel) break;
    const lent = Buffer.from(piece);
    intake.take(lent);
    lent.fill("?");
    await Promise.resolve()
      .then(() => {})
      .then(() => {});
  }
  if (ends && !client.tunnel) socket.emit("end");
  // What has not ended by now never will: the client leaves.
  if (outcome === "none" || outcome === "answered") {
    const before = outcome;
    connection.cancel(asked, new Failed("client_closed", "the test is over"));
    if (before === "none") outcome = "incomplete";
  }
  await taken;
  const reusable = idle;
  connection.retire();
  socket.destroy();
  return { outcome, reusable, interim, ...client.seen() };
}

/** Writes the response on as a client's connection would. */
class Client {
  tunnel = false;
  ahead = "";
  readonly #method: string;
  readonly #upgrade: string | null;
  readonly #socket = new KeptSocket();
  #failure: string | null = null;
  #status = 0;

  constructor(method: string, upgrade: string | null) {
    this.#method = method;
    this.#upgrade = upgrade;
  }

  async take(response: GatewayResponse): Promise<void> {
    const writer = new MessageWriter(this.#socket.asSocket);
    this.#status = response.status;
    this.tunnel = response.tunnel !== undefined;
    this.ahead = response.tunnel?.firstBytes.toString("latin1") ?? "";
    const { text, framing } = writeResponseHead(
      response,
      request({ method: this.#method, upgrade: this.#upgrade }),
      false,
    );
    writer.begin(text, framing);
    const { body } = response;
    try {
      if (framing.kind === "none" || body === null || typeof body === "string") writer.end(null);
      else await body.relayTo(writer);
    } finally {
      writer.send();
    }
  }

  failed(error: unknown): void {
    this.#failure = Failed.from(error).failure;
    if (this.#failure === "internal_error") throw error;
  }

  /** @throws {Error} where the client was given something else than one response, or a broken one that looks whole */
  seen(): Pick<ReadAnswer, "status" | "head" | "body" | "trailers" | "ahead"> {
    const octets = this.#socket.written;
    const nothing = { status: this.#status, head: "", body: "", trailers: "", ahead: this.ahead };
    if (this.#status === 0 && octets.length > 0) throw new Error("octets for the client before a response");
    if (this.#status === 0) return nothing;
    const found = this.#status === 101 ? null : readMessage(octets, 0, this.#method === "HEAD", true);
    if (this.#status === 101) return { ...nothing, head: withoutDate(octets.toString("latin1")) };
    if (this.#failure !== null) {
      if (found !== null)
        throw new Error(`a response that was cut off looks whole: ${JSON.stringify(octets.toString("latin1"))}`);
      return { ...nothing, head: withoutDate(octets.toString("latin1").split("\r\n\r\n")[0] as string) };
    }
    if (found === null || found.end !== octets.length)
      throw new Error(`not one response: ${JSON.stringify(octets.toString("latin1"))}`);
    const { startLine, fields, body, trailers, framing } = found.message;
    if (values(found.message, "connection").length > 0) throw new Error("the upstream's Connection went on");
    const head = JSON.stringify([startLine, fields.filter(([name]) => name !== "Date"), framing]);
    return { ...nothing, head, body: body.toString("latin1"), trailers: JSON.stringify(trailers) };
  }
}

function withoutDate(head: string): string {
  return head.replace(/\r\nDate: [^\r]*/, "");
}
