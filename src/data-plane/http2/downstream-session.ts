// HTTP/2 to clients (RFC 9113), by node:http2.
// In: a TLS socket that has agreed on "h2", or a plain one that begins with the preface. Out: one exchange a stream, served as those of HTTP/1 are.
// Never: a push; a field that HTTP/1's grammar does not allow.
import { performance } from "node:perf_hooks";
import { constants, performServerHandshake, type ServerHttp2Session, type ServerHttp2Stream } from "node:http2";
import type { Socket } from "node:net";
import type { Expiring } from "../deadlines.ts";
import type { AdmitContext } from "../http1/admit.ts";
import { contextOf } from "../http1/context-of.ts";
import type { Arrived, DownstreamSurroundings } from "../http1/downstream-surroundings.ts";
import { WriteProgress } from "../http1/write-progress.ts";
import { DownstreamStream, type Opened } from "./downstream-stream.ts";
import { FrameProgress } from "./frame-progress.ts";
import { Misbehaviour, type Misdeed } from "./misbehaviour.ts";
import { misdeedOf } from "./misdeed-of.ts";
import { PrematureEnds } from "./premature-ends.ts";
import { SESSION_WINDOW, sessionSettings } from "./session-settings.ts";

/** What a session needs of its surroundings. */
export interface SessionOptions extends DownstreamSurroundings {
  readonly onClosed: (session: DownstreamSession) => void;
}

/** Requests begun in one turn of the event loop: of a burst of requests with their resets behind them, most are gone when their turn comes. */
const BEGUN_AT_ONCE = 8;

/** A client's HTTP/2 connection. */
export class DownstreamSession implements Expiring {
  deadline: number;
  readonly #socket: Socket;
  readonly #session: ServerHttp2Session;
  readonly #options: SessionOptions;
  readonly #context: AdmitContext;
  readonly #writing: WriteProgress;
  readonly #requestLimit: number;
  /** From when on the client is told to go. */
  readonly #age: number;
  readonly #premature = new PrematureEnds();
  readonly #misbehaviour = new Misbehaviour();
  readonly #frames: FrameProgress;
  /** Every stream until it is closed; null for one whose request waits for its turn. */
  readonly #streams = new Map<ServerHttp2Stream, DownstreamStream | null>();
  #waiting: Opened[] = [];
  #opened = 0;
  #closing = false;
  /** While no stream is open: until when the session waits for one. */
  #idleUntil = 0;

  /**
   * @param arrived with its socket handshaken where it is one of TLS, and read by nobody any more
   * @param received what was read of it already; the socket is paused then
   */
  constructor(arrived: Arrived, options: SessionOptions, received?: Buffer) {
    const { socket } = arrived;
    this.#socket = socket;
    this.#options = options;
    const { limits, timeouts, deadlines } = options;
    this.#context = contextOf(arrived, options);
    this.#writing = new WriteProgress(socket);
    this.#requestLimit = Math.ceil(limits.requestsPerConnection * (1 - Math.random() / 10));
    this.#age = deadlines.after(timeouts.sessionAge * (0.9 + Math.random() / 5));
    this.deadline = deadlines.after(timeouts.requestHead);
    socket.on("error", () => {});
    socket.on("close", () => {
      deadlines.delete(this);
      options.onClosed(this);
    });
    if (received !== undefined) socket.unshift(received);
    this.#session = performServerHandshake(socket, sessionSettings(limits));
    this.#frames = new FrameProgress(this.#session, socket);
    // What the client did wrong ends its session, and with it each stream; there is nobody to tell.
    this.#session.on("error", () => this.#lingerOn());
    this.#session.on("stream", (stream, _fields, flags, block) => {
      this.#open({
        stream,
        block,
        ended: (flags & constants.NGHTTP2_FLAG_END_STREAM) > 0,
      });
    });
    this.#session.on("connect", () => this.#connected());
    this.#session.on("goaway", () => setImmediate(() => this.close()));
    this.#session.on("ping", () => this.#blame("control"));
    this.#session.on("remoteSettings", () => this.#blame("control"));
    // HTTP/2 knows no half-closed connection; without this, the socket would stay open in our direction.
    socket.on("end", () => setImmediate(() => this.#left()));
    deadlines.add(this);
  }

  /** True while no stream is open. */
  get idle(): boolean {
    return this.#streams.size === 0;
  }

  /**
   * Tells the client to open no more streams, and closes when the open ones are finished. Of requests that are on their way it is told that
   * they are not served, so that it may send them again. The two steps of RFC 9113 §6.8 would serve them, but once a GOAWAY is sent nghttp2
   * takes no more streams, whichever the GOAWAY allowed.
   */
  close(): void {
    if (this.#closing) return;
    this.#closing = true;
    if (this.#streams.size === 0) this.#lingerOn();
    this.#session.close();
  }

  /** Closes soon where no request comes, since there are too many connections. */
  hurry(): void {
    const { deadlines, timeouts } = this.#options;
    if (this.#streams.size > 0) return;
    this.#idleUntil = Math.min(this.#idleUntil, deadlines.after(timeouts.pressedKeepAlive));
    this.deadline = Math.min(this.deadline, deadlines.after(timeouts.pressedKeepAlive));
  }

  expire(): void {
    const { deadlines, timeouts } = this.#options;
    if (this.#session.destroyed) return void this.#socket.destroy();
    if (this.#streams.size === 0) {
      // A field block may come octet by octet: no stream has begun then.
      if (this.#frames.stuck(deadlines.now, timeouts.requestHead, timeouts.keepAlive)) return this.#end(UNFINISHED);
      if (!this.#closing && deadlines.now < this.#idleUntil) return this.#lookAgain();
      // Idle for too long, or nothing is left to be waited for.
      if (this.#closing) this.#session.destroy();
      else this.close();
      return this.#lingerOn();
    }
    this.deadline = deadlines.after(1000);
    if (deadlines.now >= this.#age) this.close();
    if (this.#writing.stalled(deadlines.now, timeouts.downstreamWrite)) return void this.#socket.destroy();
    if (this.#frames.stuck(deadlines.now, timeouts.requestHead, timeouts.keepAlive)) return this.#end(UNFINISHED);
    const blocked = this.#writing.waiting;
    for (const served of this.#streams.values()) served?.watch(deadlines.now, timeouts, blocked);
  }

  /** No stream is open any more. */
  #rest(): void {
    const { deadlines, timeouts } = this.#options;
    this.#idleUntil = deadlines.after(timeouts.keepAlive);
    this.#lookAgain();
  }

  /** Not every second: of all connections, most are idle. */
  #lookAgain(): void {
    const { deadlines, timeouts } = this.#options;
    this.deadline = Math.min(this.#idleUntil, deadlines.after(timeouts.requestHead / 4));
  }

  /** The client has closed its side. node:http2 does not always close ours, as where a write is under way that will never be done. */
  #left(): void {
    this.#session.destroy();
    this.#lingerOn();
  }

  /** From here on the client has this long to close its side too. */
  #lingerOn(): void {
    this.deadline = this.#options.deadlines.after(this.#options.timeouts.lingering);
  }

  #connected(): void {
    // node:http2 takes what was put back in this tick, before the socket begins to flow, and reads the socket itself from then on.
    if (this.#socket.isPaused()) this.#socket.resume();
    if (this.#session.destroyed) return;
    this.#session.setLocalWindowSize(SESSION_WINDOW);
    if (this.#options.ending() === "leaving") this.close();
  }

  /** Each stream may be the session's last, for one reason or another. */
  get #mayGo(): boolean {
    const { deadlines, ending } = this.#options;
    return this.#opened >= this.#requestLimit || deadlines.now >= this.#age || ending() !== "not";
  }

  #open(opened: Opened): void {
    const { stream } = opened;
    const since = performance.now();
    stream.on("error", () => {});
    // Reset in the very octets it came with.
    if (stream.destroyed) {
      this.#blame("reset");
      return this.#count(false, 0);
    }
    if (this.#streams.size === 0) this.deadline = this.#options.deadlines.after(1000);
    this.#streams.set(stream, null);
    stream.on("close", () => {
      const served = this.#streams.get(stream);
      this.#streams.delete(stream);
      served?.gone();
      this.#count(served?.headSent === true, performance.now() - since);
      const misdeed = misdeedOf(stream, served ?? null);
      if (misdeed !== null) this.#blame(misdeed);
      if (served !== null && served !== undefined && this.#outlived(served)) setImmediate(() => this.close());
      if (this.#streams.size > 0) return;
      if (this.#closing) this.#lingerOn();
      else this.#rest();
    });
    this.#opened += 1;
    if (this.#mayGo) setImmediate(() => this.close());
    this.#waiting.push(opened);
    if (this.#waiting.length === 1) setImmediate(() => this.#begin());
  }

  /** The client meant the host it made the connection for, whose rules for client certificates are others since: it must come anew. */
  #outlived({ record, request }: DownstreamStream): boolean {
    return record.failure === "misdirected" && request.host === this.#context.secure?.serverName;
  }

  #begin(): void {
    for (const opened of this.#waiting.splice(0, BEGUN_AT_ONCE)) {
      if (opened.stream.destroyed || opened.stream.closed) continue;
      const served = new DownstreamStream(opened, this.#context, this.#options);
      this.#streams.set(opened.stream, served);
      if (served.refused?.failure === "bad_request") this.#blame("malformed");
      this.#options.serve(served, served);
    }
    if (this.#waiting.length > 0) setImmediate(() => this.#begin());
  }

  #count(answered: boolean, age: number): void {
    if (!this.#session.destroyed && this.#premature.add(answered, age)) this.#end(NO_PURPOSE);
  }

  #blame(misdeed: Misdeed): void {
    if (this.#session.destroyed) return;
    const verdict = this.#misbehaviour.add(misdeed, this.#options.deadlines.now);
    if (verdict === "end") this.#end(MISBEHAVIOUR);
    else if (verdict === "go") setImmediate(() => this.close());
  }

  #end(why: Error): void {
    this.#closing = true;
    this.#lingerOn();
    // Not from here: nghttp2 may be in the middle of reading what the client sent.
    setImmediate(() => this.#session.destroy(why, constants.NGHTTP2_ENHANCE_YOUR_CALM));
  }
}

const NO_PURPOSE = new Error("streams that serve no purpose");
const MISBEHAVIOUR = new Error("too much of what is no use to anybody");
const UNFINISHED = new Error("no frame comes any more");
