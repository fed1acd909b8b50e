import { type ClientHttp2Session, type ClientHttp2Stream, connect, type ClientSessionOptions } from "node:http2";
import type { Socket } from "node:net";
import type { Deadlines, Expiring } from "../deadlines.ts";
import { Failed } from "../exchange/failure.ts";
import type { UpstreamRequest } from "../http1/upstream-request.ts";
import type { Limits, Timeouts } from "../limits.ts";
import { SESSION_WINDOW, STREAM_WINDOW } from "./session-settings.ts";
import { type StreamOutcome, type StreamOwner, UpstreamStream } from "./upstream-stream.ts";

/** What a session needs of its surroundings. */
export interface UpstreamSessionOptions {
  readonly deadlines: Deadlines;
  readonly limits: Limits;
  readonly timeouts: Timeouts;
  /** A stream more may be begun. */
  readonly onFree: () => void;
  readonly onClosed: (session: UpstreamSession) => void;
  /** What became of a request that began at `since`. */
  readonly onOutcome: (outcome: StreamOutcome, since: number) => void;
}

/** Streams of ours on one session, if the upstream grants more. */
export const MOST_STREAMS = 100;

/**
 * An HTTP/2 connection to an endpoint (RFC 9113), by node:http2. It takes requests once the upstream's SETTINGS have come: then it is known that
 * the upstream speaks HTTP/2, and how many streams it grants.
 */
export class UpstreamSession implements Expiring, StreamOwner {
  deadline: number;
  readonly limits: Limits;
  /** Resolves when requests may be sent; rejects with connect_failed, connect_timeout. */
  readonly ready: Promise<void>;
  readonly #socket: Socket;
  readonly #session: ClientHttp2Session;
  readonly #options: UpstreamSessionOptions;
  readonly #streams = new Set<UpstreamStream>();
  #settle: { readonly resolve: () => void; readonly reject: (failure: Failed) => void } | null;
  #lastAccepted = Infinity;
  #leaving = false;
  /** What the upstream did that is not HTTP/2. */
  #offence: string | null = null;
  #answered = false;
  #blamed = false;

  /**
   * @param socket connected, and with TLS agreed on "h2"; read by nobody yet
   * @param timeout milliseconds until the upstream's SETTINGS have come
   */
  constructor(socket: Socket, options: UpstreamSessionOptions, timeout: number) {
    this.#socket = socket;
    this.#options = options;
    this.limits = options.limits;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.ready = promise;
    this.#settle = { resolve, reject };
    this.deadline = options.deadlines.after(timeout);
    const session = connect("http://upstream.invalid", settings(options.limits, socket));
    this.#session = session;
    session.on("error", (error: NodeJS.ErrnoException) => {
      if (OFFENCES.has(error.code ?? "")) this.#offence = error.message;
    });
    session.on("connect", () => session.destroyed || session.setLocalWindowSize(SESSION_WINDOW));
    session.once("remoteSettings", () => this.#begin());
    session.on("goaway", (_code, lastStream) => {
      this.#lastAccepted = lastStream;
      this.#leave();
    });
    session.on("close", () => this.#closed());
    // HTTP/2 knows no half-closed connection. Not from here: nghttp2 may be in the middle of reading what came before.
    socket.on("end", () => setImmediate(() => session.destroy()));
    socket.on("close", () => session.destroy());
    options.deadlines.add(this);
  }

  /** Streams at a time. */
  get granted(): number {
    return Math.min(MOST_STREAMS, this.#session.remoteSettings.maxConcurrentStreams ?? MOST_STREAMS);
  }

  get busy(): number {
    return this.#streams.size;
  }

  /** The upstream takes extended CONNECTs (RFC 8441 §3). */
  get connects(): boolean {
    return this.#session.remoteSettings.enableConnectProtocol === true;
  }

  get now(): number {
    return this.#options.deadlines.now;
  }

  /** A stream for one request, which must be sent at once; null where there is no room. */
  reserve(): UpstreamStream | null {
    if (this.#settle !== null || this.#leaving || this.#session.closed || this.#lost) return null;
    if (this.#streams.size >= this.granted) return null;
    if (this.#streams.size === 0) this.deadline = this.#options.deadlines.after(LOOK);
    const stream = new UpstreamStream(this);
    this.#streams.add(stream);
    return stream;
  }

  /** No further requests; closes when those under way are finished. */
  retire(): void {
    if (this.#leaving) return;
    this.#leave();
    this.#session.close();
  }

  /** Ends every request, and the session. */
  abort(why: Failed): void {
    this.#fail(why);
    for (const stream of this.#streams) stream.abort(why);
    this.#session.destroy();
    this.#socket.destroy();
  }

  expire(): void {
    if (this.#settle !== null) return this.abort(new Failed("connect_timeout", "the server sent no SETTINGS in time"));
    if (this.#streams.size === 0) return this.#leaving ? this.abort(CLOSED) : this.#closeIdle();
    this.deadline = this.#options.deadlines.after(LOOK);
    for (const stream of this.#streams) stream.watch(this.now);
  }

  request({ block, framing, webSocketKey }: UpstreamRequest): ClientHttp2Stream {
    const endStream = framing.kind === "none" && webSocketKey === undefined;
    return this.#session.request(block ?? [], { endStream, waitForTrailers: framing.kind !== "none" });
  }

  /** Why a stream ended that should not have, as far as the session knows. */
  lossOf(id: number | undefined): "unprocessed" | "lost" | Failed | null {
    if (id === undefined || id > this.#lastAccepted) return "unprocessed";
    if (this.#offence !== null) return new Failed("upstream_invalid", this.#offence);
    return this.#lost ? "lost" : null;
  }

  tell(outcome: StreamOutcome, since: number): void {
    if (typeof outcome === "string") this.#answered = true;
    else if (this.#lost || this.#leaving) {
      // One loss, however many streams there were; and none where the session was merely old, or said that it would go.
      const old = outcome.failure === "upstream_refused" || (outcome.failure === "upstream_reset" && this.#answered);
      if (this.#blamed || old) return;
      this.#blamed = true;
    }
    this.#options.onOutcome(outcome, since);
  }

  closed(stream: UpstreamStream): void {
    this.#streams.delete(stream);
    this.#options.onFree();
    if (this.#streams.size > 0) return;
    const { deadlines, timeouts } = this.#options;
    this.deadline = deadlines.after(this.#leaving ? timeouts.lingering : timeouts.upstreamIdle);
  }

  /** When its socket closes, node:http2 closes the streams before the session is destroyed; when HTTP/2 is broken, after that. */
  get #lost(): boolean {
    return this.#session.destroyed || this.#socket.destroyed;
  }

  #begin(): void {
    const settle = this.#settle;
    this.#settle = null;
    this.deadline = this.#options.deadlines.after(this.#options.timeouts.upstreamIdle);
    settle?.resolve();
  }

  #closeIdle(): void {
    this.retire();
    this.deadline = this.#options.deadlines.after(this.#options.timeouts.lingering);
  }

  #leave(): void {
    this.#leaving = true;
    if (this.#streams.size === 0) this.deadline = this.#options.deadlines.after(this.#options.timeouts.lingering);
  }

  #closed(): void {
    this.deadline = Infinity;
    this.#leaving = true;
    this.#fail(new Failed("connect_failed", this.#offence ?? "the server closed the connection before its SETTINGS"));
    this.#options.deadlines.delete(this);
    this.#options.onClosed(this);
  }

  #fail(failure: Failed): void {
    const settle = this.#settle;
    this.#settle = null;
    settle?.reject(failure);
  }
}

/** Milliseconds between two looks at the streams under way. */
const LOOK = 1000;
const CLOSED = new Failed("internal_error", "the session is closed");
/** What nghttp2 ends a session for. */
const OFFENCES = new Set(["ERR_HTTP2_ERROR", "ERR_HTTP2_TOO_MANY_INVALID_FRAMES"]);

function settings(limits: Limits, socket: Socket): ClientSessionOptions {
  const options: ClientSessionOptions & { strictSingleValueFields: boolean; strictFieldWhitespaceValidation: boolean } =
    {
      createConnection: () => socket,
      settings: {
        enablePush: false,
        initialWindowSize: STREAM_WINDOW,
        maxHeaderListSize: limits.headBytes,
      },
      maxHeaderListPairs: limits.fields + 28,
      // Megabytes: a hundred streams, each with a window in either direction.
      maxSessionMemory: 16,
      // A repeated field is the client's affair, as it is in HTTP/1.
      strictSingleValueFields: false,
      strictFieldWhitespaceValidation: false,
    };
  return options;
}
