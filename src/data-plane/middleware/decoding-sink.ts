import type { BodySink } from "../exchange/body.ts";
import { Failed } from "../exchange/failure.ts";
import type { GatewayHeaders } from "../exchange/headers.ts";
import type { CodingSink } from "./coded-body.ts";
import type { ContentDecoding, Decompressor } from "./content-decoding.ts";
import { SinkOutcome } from "./sink-outcome.ts";

/** How much may come out. */
export interface DecodingBounds {
  /** Bytes of decoded content. */
  readonly limit: number;
  /** Decoded bytes a received one, beyond the first `RATIO_FREE` bytes. */
  readonly ratio: number;
  /** What counts as received where this is one of several codings; its own content unless given. */
  readonly received?: () => number;
}

/** Decoded bytes for which no ratio counts: what is small does no harm, and repeats itself most. */
const RATIO_FREE = 1024 * 1024;

/** Streams for one body: each costs far more than the few octets of an empty part. */
const MOST_PARTS = 1000;

/**
 * Decompresses what is written into it on the way to another sink. Either side makes the other wait, so that what is held in memory does
 * not grow with what comes out. Content that is damaged, cut off, or followed by something else fails; its end is then not passed on.
 */
export class DecodingSink implements CodingSink {
  drained: (() => void) | null = null;
  readonly #outcome = new SinkOutcome(() => this.#giveUp());
  readonly #decoding: ContentDecoding;
  /** null before the first octet. */
  #stream: Decompressor | null = null;
  readonly #to: BodySink;
  readonly #bounds: DecodingBounds;
  /** One piece at a time is given to the stream: only so is it known what it leaves of each. */
  readonly #queue: Buffer[] = [];
  #current: Buffer | null = null;
  /** What the stream had made use of before. */
  #used = 0;
  #parts = 1;
  #received = 0;
  #produced = 0;
  #ended = false;
  #trailers: GatewayHeaders | null = null;

  constructor(decoding: ContentDecoding, to: BodySink, bounds: DecodingBounds) {
    this.#decoding = decoding;
    this.#to = to;
    this.#bounds = bounds;
    to.drained = () => this.#stream?.resume();
  }

  get finished(): Promise<void> {
    return this.#outcome.finished;
  }

  /** Bytes that were written into it. */
  get received(): number {
    return this.#received;
  }

  write(piece: Buffer): boolean {
    // Thrown at the connection the body comes from: so it learns that nobody takes it any more.
    const { failure } = this.#outcome;
    if (failure !== null) throw failure;
    this.#received += piece.length;
    if (piece.length > 0) this.#queue.push(piece);
    this.#next();
    return this.#queue.length === 0;
  }

  /** What can be decoded is decoded and passed on as it comes. */
  flush(): void {}

  end(trailers: GatewayHeaders | null): void {
    this.#trailers = trailers;
    this.#ended = true;
    this.#next();
  }

  destroy(): void {
    this.#to.drained = null;
    this.#stream?.destroy();
  }

  #start(first: number): Decompressor {
    const stream = this.#decoding.start(first);
    stream.on("data", (piece: Buffer) => this.#outcome.attempt(() => this.#pass(piece)));
    stream.on("end", () => this.#outcome.attempt(() => this.#partEnded()));
    stream.on("error", (error) => this.#outcome.fail(invalid(error.message)));
    return stream;
  }

  #next(): void {
    if (this.#current !== null || this.#outcome.failure !== null) return;
    const piece = this.#queue.shift();
    if (piece === undefined) {
      if (this.#ended) this.#endStream();
      else this.drained?.();
      return;
    }
    this.#current = piece;
    const stream = (this.#stream ??= this.#start(piece[0] as number));
    const used = stream.bytesWritten;
    this.#used = used;
    stream.write(piece, () => {
      // An error is told by its event, and what is left of a piece by the end of the stream.
      if (stream.destroyed || stream.bytesWritten - used < piece.length) return;
      this.#current = null;
      this.#next();
    });
  }

  /** The stream is at the end of all, or has found an end before that of the piece it has: then it leaves the rest of it. */
  #partEnded(): void {
    const piece = this.#current;
    if (piece === null) return this.#finish();
    const used = (this.#stream?.bytesWritten ?? 0) - this.#used;
    if (used === 0 || !this.#decoding.stopsBetweenParts) throw invalid("something follows its end");
    this.#parts += 1;
    if (this.#parts > MOST_PARTS) throw invalid(`it is more than ${MOST_PARTS} in a row`);
    this.#stream = null;
    this.#current = null;
    this.#queue.unshift(piece.subarray(used));
    this.#next();
  }

  /** Nothing at all is an empty body, which no coding makes of it. */
  #endStream(): void {
    if (this.#stream !== null) this.#stream.end();
    else this.#outcome.attempt(() => this.#finish());
  }

  #finish(): void {
    this.#to.drained = null;
    this.#to.end(this.#trailers);
    this.#outcome.succeed();
  }

  #pass(piece: Buffer): void {
    const { limit, ratio } = this.#bounds;
    const received = this.#bounds.received?.() ?? this.#received;
    this.#produced += piece.length;
    if (this.#produced > limit) throw new Failed("payload_too_large", `more than ${limit} bytes when decompressed`);
    if (this.#produced > RATIO_FREE && this.#produced > received * ratio) {
      throw new Failed("payload_too_large", `decompressed, it is more than ${ratio} times as large`);
    }
    if (!this.#to.write(piece)) this.#stream?.pause();
    this.#to.flush();
  }

  #giveUp(): void {
    this.destroy();
    // A paused source would never try to write again.
    this.drained?.();
  }
}

function invalid(why: string): Failed {
  return new Failed("content_coding_invalid", `the body is not what Content-Encoding says: ${why}`);
}
