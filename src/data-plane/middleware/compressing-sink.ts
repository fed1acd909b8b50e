import type { BodySink } from "../exchange/body.ts";
import { Failed } from "../exchange/failure.ts";
import type { GatewayHeaders } from "../exchange/headers.ts";
import type { CodingSink } from "./coded-body.ts";
import type { Compressor } from "./content-coding.ts";

/**
 * Compresses what is written into it on the way to another sink. Either side makes the other wait. A flush goes through all: what came
 * before it reaches the client without waiting for more.
 */
export class CompressingSink implements CodingSink {
  drained: (() => void) | null = null;
  readonly finished: Promise<void>;
  readonly #compressor: Compressor;
  readonly #flushKind: number;
  readonly #to: BodySink;
  readonly #limit: number;
  #reject: (failure: Failed) => void = () => {};
  #failure: Failed | null = null;
  #written = 0;
  #ended = false;
  #trailers: GatewayHeaders | null = null;
  #flushing = false;
  #flushAgain = false;

  /** @param limit compressed bytes allowed */
  constructor(compressor: Compressor, flushKind: number, to: BodySink, limit: number) {
    this.#compressor = compressor;
    this.#flushKind = flushKind;
    this.#to = to;
    this.#limit = limit;
    to.drained = () => compressor.resume();
    compressor.on("drain", () => this.drained?.());
    compressor.on("data", (piece: Buffer) => this.#attempt(() => this.#pass(piece)));
    this.finished = new Promise((resolve, reject) => {
      this.#reject = reject;
      compressor.on("end", () =>
        this.#attempt(() => {
          to.drained = null;
          to.end(this.#trailers);
          resolve();
        }),
      );
      compressor.on("error", (error) => this.#fail(Failed.from(error)));
    });
    // Whoever gives up before the end does not ask.
    this.finished.catch(() => {});
  }

  write(piece: Buffer): boolean {
    // Thrown at the connection the body comes from: so it learns that nobody takes it any more.
    if (this.#failure !== null) throw this.#failure;
    return piece.length === 0 || this.#compressor.write(piece);
  }

  flush(): void {
    if (this.#ended || this.#failure !== null) return;
    // One at a time: what is written meanwhile shares the next, and a slow client does not collect them.
    this.#flushAgain = this.#flushing;
    if (this.#flushing) return;
    this.#flushing = true;
    this.#compressor.flush(this.#flushKind, () => {
      this.#flushing = false;
      if (this.#flushAgain) this.flush();
    });
  }

  end(trailers: GatewayHeaders | null): void {
    // Not thrown: the source is done, and whoever waits for `finished` is told.
    if (this.#failure !== null) return;
    this.#trailers = trailers;
    this.#ended = true;
    this.#compressor.end();
    // What is left is little, and no longer waits for the client: nobody would tell us that it has left, since the upstream is done.
    this.#compressor.resume();
  }

  destroy(): void {
    this.#to.drained = null;
    this.#compressor.destroy();
  }

  #pass(piece: Buffer): void {
    this.#written += piece.length;
    if (this.#written > this.#limit) throw new Failed("payload_too_large", `more than ${this.#limit} bytes`);
    if (!this.#to.write(piece) && !this.#ended) this.#compressor.pause();
    this.#to.flush();
  }

  /** An event of a stream has no caller who would catch. */
  #attempt(step: () => void): void {
    try {
      step();
    } catch (error) {
      this.#fail(Failed.from(error));
    }
  }

  #fail(failure: Failed): void {
    if (this.#failure !== null) return;
    this.#failure = failure;
    this.destroy();
    this.#reject(failure);
    // A paused source would never try to write again.
    this.drained?.();
  }
}
