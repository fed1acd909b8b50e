import type { BodySink } from "../exchange/body.ts";
import { Failed } from "../exchange/failure.ts";
import type { GatewayHeaders } from "../exchange/headers.ts";
import type { CodingSink } from "./coded-body.ts";
import type { Compressor } from "./content-coding.ts";
import { SinkOutcome } from "./sink-outcome.ts";

/**
 * Compresses what is written into it on the way to another sink. Either side makes the other wait. A flush goes through all: what came
 * before it reaches the client without waiting for more.
 */
export class CompressingSink implements CodingSink {
  drained: (() => void) | null = null;
  readonly #outcome = new SinkOutcome(() => this.#giveUp());
  readonly #compressor: Compressor;
  readonly #flushKind: number;
  readonly #to: BodySink;
  readonly #limit: number;
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
    compressor.on("data", (piece: Buffer) => this.#outcome.attempt(() => this.#pass(piece)));
    compressor.on("end", () => this.#outcome.attempt(() => this.#finish()));
    compressor.on("error", (error) => this.#outcome.fail(Failed.from(error)));
  }

  get finished(): Promise<void> {
    return this.#outcome.finished;
  }

  write(piece: Buffer): boolean {
    // Thrown at the connection the body comes from: so it learns that nobody takes it any more.
    const { failure } = this.#outcome;
    if (failure !== null) throw failure;
    return piece.length === 0 || this.#compressor.write(piece);
  }

  flush(): void {
    if (this.#ended || this.#outcome.failure !== null) return;
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
    if (this.#outcome.failure !== null) return;
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

  #finish(): void {
    this.#to.drained = null;
    this.#to.end(this.#trailers);
    this.#outcome.succeed();
  }

  #pass(piece: Buffer): void {
    this.#written += piece.length;
    if (this.#written > this.#limit) throw new Failed("payload_too_large", `more than ${this.#limit} bytes`);
    if (!this.#to.write(piece) && !this.#ended) this.#compressor.pause();
    this.#to.flush();
  }

  #giveUp(): void {
    this.destroy();
    // A paused source would never try to write again.
    this.drained?.();
  }
}
