import { type ClientHttp2Stream, constants } from "node:http2";
import { Failed } from "../exchange/failure.ts";
import type { GatewayHeaders } from "../exchange/headers.ts";
import type { GatewayResponse } from "../exchange/response.ts";
import { IncomingBody } from "../http1/incoming-body.ts";
import type { UpstreamRequest } from "../http1/upstream-request.ts";
import type { Limits } from "../limits.ts";
import { Stall } from "../stall.ts";
import { tunnelResponse } from "./extended-connect.ts";
import { contentOf, readResponseHead, readResponseTrailers, type StreamResponseHead } from "./response-head.ts";
import { StreamWriter } from "./stream-writer.ts";

export type StreamOutcome = "answered" | "complete" | Failed;

/** The session, as far as a stream needs it. */
export interface StreamOwner {
  readonly limits: Limits;
  readonly now: number;
  readonly connects: boolean;
  request(request: UpstreamRequest): ClientHttp2Stream;
  lossOf(id: number | undefined): "unprocessed" | "lost" | Failed | null;
  tell(outcome: StreamOutcome, since: number): void;
  closed(stream: UpstreamStream): void;
}

interface Running {
  readonly request: UpstreamRequest;
  readonly stream: ClientHttp2Stream;
  readonly writer: StreamWriter | null;
  readonly resolve: (response: GatewayResponse) => void;
  readonly reject: (failure: Failed) => void;
}

const { NGHTTP2_CANCEL, NGHTTP2_PROTOCOL_ERROR, NGHTTP2_REFUSED_STREAM } = constants;
const FINAL = 200;
const REDIRECTION = 300;

/** One request to an upstream of HTTP/2, and its response. The two move independently: a response may be whole before its request is. */
export class UpstreamStream {
  readonly #owner: StreamOwner;
  readonly #since: number;
  readonly #sending = new Stall();
  readonly #silence = new Stall();
  #running: Running | null = null;
  #requestSent = false;
  #interim = 0;
  #headCame = false;
  #body: IncomingBody | null = null;
  #declared: number | null = null;
  #trailers: GatewayHeaders | null = null;
  /** The stream ended without END_STREAM: what came of the response is not all of it. */
  #cut = false;
  #settled = false;
  #tunnelled = false;

  constructor(owner: StreamOwner) {
    this.#owner = owner;
    this.#since = owner.now;
  }

  send(request: UpstreamRequest): Promise<GatewayResponse> {
    if (request.webSocketKey !== undefined && !this.#owner.connects) {
      this.#owner.closed(this);
      const why = "a WebSocket to an upstream of HTTP/2 that does not announce SETTINGS_ENABLE_CONNECT_PROTOCOL";
      return Promise.reject(new Failed("upgrade_not_possible", why));
    }
    const stream = this.#owner.request(request);
    const { promise, resolve, reject } = Promise.withResolvers<GatewayResponse>();
    const { framing } = request;
    const length = framing.kind === "length" ? framing.length : null;
    const writer = framing.kind === "none" ? null : new StreamWriter(stream, length, true);
    this.#running = { request, stream, writer, resolve, reject };
    this.#listen(stream);
    if (writer === null) this.#requestSent = true;
    else this.#sendBody(request, writer);
    return promise;
  }

  cancel(_request: UpstreamRequest, failure: Failed): void {
    this.abort(failure);
  }

  /** Gives the exchange up: RST_STREAM with CANCEL. */
  abort(failure: Failed): void {
    this.#fail(failure);
    this.#running?.stream.close(NGHTTP2_CANCEL);
  }

  /** To be asked about once a second. */
  watch(now: number): void {
    if (this.#running === null) return;
    const { stream, request, writer } = this.#running;
    // A tunnel has a limit of its own.
    if (this.#tunnelled) return;
    const waiting = stream.bufferSize;
    if (this.#sending.look(now, waiting > 0 ? waiting : null, request.writeTimeout)) {
      return this.abort(new Failed("send_timeout", `no progress in sending for ${request.writeTimeout} ms`));
    }
    // The client does not take the response; it is being watched for that. Where nobody reads, nobody watches.
    const paused = stream.isPaused() && this.#body?.untouched === false;
    const expecting = !paused && (this.#settled || this.#requestSent || request.unhurried);
    const moved = (writer?.contentBytes ?? 0) + (this.#body?.received ?? 0) + this.#interim;
    if (this.#silence.look(now, expecting ? moved : null, request.readTimeout)) {
      this.abort(new Failed("upstream_timeout", `nothing received for ${request.readTimeout} ms`));
    }
  }

  #sendBody(request: UpstreamRequest, writer: StreamWriter): void {
    request.body.relayTo(writer).then(
      () => (this.#requestSent = true),
      (error: unknown) => {
        if (!this.#settled) this.abort(Failed.from(error));
      },
    );
    writer.flush();
  }

  #listen(stream: ClientHttp2Stream): void {
    const push = stream.push.bind(stream);
    stream.push = (chunk: unknown, encoding?: BufferEncoding): boolean => {
      // node:http2 ends a stream that was reset with NO_ERROR as if it were whole; by then it is closed, and one that is whole is not yet.
      if (chunk === null && stream.closed && !stream.readableEnded) this.#cut ||= !endCame(stream);
      // A tunnel must not end as if its upstream had said so.
      if (this.#cut && this.#tunnelled) {
        stream.destroy();
        return false;
      }
      return push(chunk, encoding);
    };
    stream.on("error", () => {});
    stream.on("headers", (_fields, _flags, block: string[]) => this.#try(() => this.#readInterim(block)));
    stream.on("response", (_fields: unknown, flags: number, block: string[]) =>
      this.#try(() => this.#readHead(block, (flags & constants.NGHTTP2_FLAG_END_STREAM) !== 0)),
    );
    stream.on("trailers", (_fields: unknown, _flags: number, block: string[]) =>
      this.#try(() => (this.#trailers = readResponseTrailers(block, this.#owner.limits))),
    );
    stream.on("end", () => this.#ended());
    stream.on("close", () => {
      this.#fail(this.#lossOf(stream));
      this.#owner.closed(this);
    });
  }

  #readInterim(block: readonly string[]): void {
    const { status, headers } = readResponseHead(block, this.#owner.limits);
    const most = this.#owner.limits.interimResponses;
    if (++this.#interim > most) throw new Failed("upstream_invalid", `more than ${most} interim responses`);
    this.#running?.request.exchange.sendInterim(status, headers);
  }

  #readHead(block: readonly string[], ended: boolean): void {
    const running = this.#running;
    if (this.#settled || running === null) return;
    const { request, stream } = running;
    const head = readResponseHead(block, this.#owner.limits);
    if (head.status < FINAL || this.#headCame)
      throw new Failed("upstream_invalid", `status ${head.status} out of turn`);
    const { webSocketKey } = request;
    if (webSocketKey !== undefined && head.status < REDIRECTION) return this.#switch(running, head, webSocketKey);
    const { none, declared, length } = contentOf(head, request.method, ended);
    this.#headCame = true;
    request.body.forget?.();
    this.#owner.tell("answered", this.#since);
    // What was asked for in vain has no content.
    if (request.webSocketKey !== undefined) stream.end();
    if (none) {
      running.resolve({ ...head, reason: "", body: null });
      stream.on("data", () => this.abort(new Failed("upstream_invalid", "content where there is none")));
      return;
    }
    const source = { pause: () => void stream.pause(), resume: () => void stream.resume() };
    const body = new IncomingBody(length, source, this.#owner.limits.bufferedBytes);
    this.#body = body;
    this.#declared = declared;
    running.resolve({ ...head, reason: "", body });
    stream.on("data", (piece: Buffer) => {
      body.push(piece);
      body.flush();
    });
  }

  /** The stream is a tunnel from here on, which whoever gets it reads and ends. */
  #switch({ stream, resolve }: Running, head: StreamResponseHead, webSocketKey: string): void {
    this.#headCame = true;
    this.#settled = true;
    this.#tunnelled = true;
    // node:http2 tells it as an error only where the code says more than CANCEL.
    stream.on("aborted", () => void stream.destroy(new Error("the stream was reset")));
    this.#owner.tell("complete", this.#since);
    resolve(tunnelResponse(stream, head, webSocketKey));
  }

  #ended(): void {
    const running = this.#running;
    if (this.#settled || running === null || !this.#headCame || this.#cut) return;
    const received = this.#body?.received ?? 0;
    if (this.#declared !== null && this.#declared !== received) {
      return this.abort(new Failed("upstream_invalid", `${received} bytes with a Content-Length of ${this.#declared}`));
    }
    this.#settled = true;
    this.#owner.tell("complete", this.#since);
    this.#body?.finish(this.#trailers);
    // The rest of the request is of no use to anybody (RFC 9113 §8.1).
    if (!this.#requestSent) running.stream.close(NGHTTP2_CANCEL);
  }

  #lossOf({ id, rstCode }: ClientHttp2Stream): Failed {
    const loss = this.#owner.lossOf(id);
    if (loss instanceof Failed) return loss;
    if (this.#headCame) return new Failed("upstream_truncated", `the stream was reset with code ${rstCode}`);
    if (loss === "unprocessed" || rstCode === NGHTTP2_REFUSED_STREAM)
      return new Failed("upstream_refused", "the stream was not begun with");
    if (loss === "lost") return new Failed("upstream_reset", "the upstream closed the connection");
    const invalid = rstCode === NGHTTP2_PROTOCOL_ERROR;
    return new Failed(invalid ? "upstream_invalid" : "upstream_gave_up", `the stream was reset with code ${rstCode}`);
  }

  #try(read: () => void): void {
    try {
      read();
    } catch (error) {
      this.abort(Failed.from(error));
    }
  }

  #fail(failure: Failed): void {
    if (this.#settled) return;
    this.#settled = true;
    this.#owner.tell(failure, this.#since);
    if (this.#headCame) return this.#body?.fail(failure);
    this.#running?.request.body.detach?.();
    this.#running?.reject(failure);
  }
}

/** Whether the content had ended before; node:http2 knows no other way to ask. */
function endCame(stream: ClientHttp2Stream): boolean {
  return (stream as { readonly _readableState?: { readonly ended?: boolean } })._readableState?.ended === true;
}
