import type { Readable } from "node:stream";
import { bodyBytes } from "../exchange/body-bytes.ts";
import { bodyStream } from "../exchange/body-stream.ts";
import type { Body, BodySink } from "../exchange/body.ts";
import { Failed } from "../exchange/failure.ts";
import type { GatewayHeaders } from "../exchange/headers.ts";
import { RELAYED } from "../exchange/relayed.ts";

/** Pieces that may wait: chunks of one byte each would take a hundred times the memory of their content. */
const WAITING_PIECES = 1024;

/** The connection a body comes from, as far as the body needs it. */
export interface BodySource {
  pause(): void;
  resume(): void;
}

/**
 * A body as it arrives. The connection's decoder pushes content in; whoever reads the body takes it out.
 * Until a reader comes, pieces wait here, up to a bound, so that the connection is still watched for its end.
 */
export class IncomingBody implements Body {
  readonly length: number | null;
  /** Content bytes so far. */
  received = 0;
  /** Content bytes allowed; beyond it the body fails with payload_too_large. */
  limit = Infinity;
  unhurried = false;
  /** True once every byte and the trailers were taken in. */
  complete = false;
  /** True once complete or failed: nothing more will come. */
  settled = false;
  /** Fields after a chunked body. */
  trailers: GatewayHeaders | null = null;
  readonly #source: BodySource;
  readonly #bufferedBytes: number;
  #waiting: Buffer[] = [];
  #waitingBytes = 0;
  #sink: BodySink | null = null;
  #failure: Failed | null = null;
  #finished: { resolve: () => void; reject: (failure: Failed) => void } | null = null;
  #taken = false;

  /** @param bufferedBytes how much may wait before the source is paused */
  constructor(length: number | null, source: BodySource, bufferedBytes: number) {
    this.length = length;
    this.#source = source;
    this.#bufferedBytes = bufferedBytes;
  }

  get untouched(): boolean {
    return !this.#taken;
  }

  /** Decoder: a piece of content. */
  push(piece: Buffer): void {
    if (this.settled) return;
    this.received += piece.length;
    if (this.received > this.limit) {
      this.fail(new Failed("payload_too_large", `more than ${this.limit} bytes`));
      return;
    }
    if (this.#sink !== null) {
      if (!this.#sink.write(piece)) this.#source.pause();
      return;
    }
    this.#waiting.push(piece);
    this.#waitingBytes += piece.length;
    if (this.#hasEnough) this.#source.pause();
  }

  /** Decoder: the body is complete. */
  finish(trailers: GatewayHeaders | null): void {
    if (this.settled) return;
    this.complete = true;
    this.settled = true;
    this.trailers = trailers;
    if (this.#sink !== null) this.#deliverEnd(this.#sink);
  }

  /** Connection: all that was received is decoded; the reader should not wait for more to write it out. */
  flush(): void {
    if (this.#sink !== null && !this.settled) this.#sink.flush();
  }

  /** Connection: the body will never be complete. */
  fail(failure: Failed): void {
    if (this.settled) return;
    this.settled = true;
    this.#failure = failure;
    this.#finished?.reject(failure);
  }

  relayTo(sink: BodySink): Promise<void> {
    this.#take();
    if (this.#failure !== null) return Promise.reject(this.#failure);
    if (this.received > this.limit) {
      // It came together with the head, before anybody had set the limit.
      const failure = new Failed("payload_too_large", `more than ${this.limit} bytes`);
      this.fail(failure);
      return Promise.reject(failure);
    }
    this.#sink = sink;
    sink.drained = () => this.#source.resume();
    const hadToWait = this.#hasEnough;
    let room = true;
    for (const piece of this.#waiting) room = sink.write(piece);
    this.#waiting = [];
    this.#waitingBytes = 0;
    if (this.complete) {
      sink.drained = null;
      sink.end(this.trailers);
      return RELAYED;
    }
    sink.flush();
    if (!room) this.#source.pause();
    else if (hadToWait) this.#source.resume();
    return new Promise((resolve, reject) => {
      this.#finished = { resolve, reject };
    });
  }

  async bytes(limit: number): Promise<Buffer> {
    if ((this.length ?? this.received) > Math.min(this.limit, limit)) {
      this.#take();
      throw new Failed("payload_too_large", `more than ${limit} bytes`);
    }
    return await bodyBytes(this, limit);
  }

  stream(): Readable {
    return bodyStream(this);
  }

  get #hasEnough(): boolean {
    return this.#waitingBytes >= this.#bufferedBytes || this.#waiting.length >= WAITING_PIECES;
  }

  #take(): void {
    if (this.#taken) throw new Failed("internal_error", "a body was read twice");
    this.#taken = true;
  }

  #deliverEnd(sink: BodySink): void {
    sink.drained = null;
    sink.end(this.trailers);
    this.#finished?.resolve();
  }
}
