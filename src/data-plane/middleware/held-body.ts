import type { Readable } from "node:stream";
import { bodyBytes } from "../exchange/body-bytes.ts";
import { bodyStream } from "../exchange/body-stream.ts";
import type { Body, BodySink } from "../exchange/body.ts";
import { Failed } from "../exchange/failure.ts";
import type { GatewayHeaders } from "../exchange/headers.ts";
import { KeptPieces } from "../exchange/kept-pieces.ts";
import { RELAYED } from "../exchange/relayed.ts";

/** A body that is received before anybody asks for it: whole, or until no more of it may be kept; then its sender waits. */
export class HeldBody implements Body {
  /** Known once it is whole, whatever the message said; but where it has trailers, which only chunks can carry. */
  length: number | null;
  limit = Infinity;
  /** Resolves when it is whole, or no more of it is kept. Rejects with a `Failed` when it was cut off before. */
  readonly held: Promise<void>;
  readonly #arriving: Promise<void>;
  readonly #source: BodySink;
  readonly #mayKeep: (bytes: number) => boolean;
  #enough: () => void = () => {};
  #kept = new KeptPieces();
  #bytes = 0;
  #sink: BodySink | null = null;
  #ended = false;
  #trailers: GatewayHeaders | null = null;
  #taken = false;

  /** @param mayKeep asked with each piece, how many bytes it adds; the last piece is kept all the same */
  constructor(content: Body, mayKeep: (bytes: number) => boolean) {
    this.length = content.length;
    this.#mayKeep = mayKeep;
    this.#source = this.#tee();
    const enough = new Promise<void>((resolve) => (this.#enough = resolve));
    this.#arriving = content.relayTo(this.#source);
    this.held = Promise.race([enough, this.#arriving]);
  }

  get untouched(): boolean {
    return !this.#taken;
  }

  relayTo(sink: BodySink): Promise<void> {
    if (this.#taken) return Promise.reject(new Failed("internal_error", "a body was read twice"));
    this.#taken = true;
    if (this.#bytes > this.limit) return Promise.reject(tooLarge(this.limit));
    let room = true;
    for (const piece of this.#kept.all) room = sink.write(piece);
    this.#kept = new KeptPieces();
    if (this.#ended) {
      sink.end(this.#trailers);
      return RELAYED;
    }
    this.#sink = sink;
    sink.drained = () => this.#source.drained?.();
    sink.flush();
    if (room) this.#source.drained?.();
    return this.#arriving;
  }

  bytes(limit: number): Promise<Buffer> {
    return bodyBytes(this, limit);
  }

  stream(): Readable {
    return bodyStream(this);
  }

  #tee(): BodySink {
    return {
      drained: null,
      write: (piece) => {
        this.#bytes += piece.length;
        if (this.#sink !== null) return this.#passOn(this.#sink, piece);
        this.#kept.push(piece);
        if (this.#mayKeep(piece.length)) return true;
        this.#enough();
        return false;
      },
      flush: () => this.#sink?.flush(),
      end: (trailers) => {
        this.#ended = true;
        this.#trailers = trailers;
        if (this.#sink !== null) return this.#sink.end(trailers);
        if (trailers === null) this.length = this.#bytes;
        this.#enough();
      },
    };
  }

  /** Thrown at the connection the body comes from, which then fails as `#arriving` does. */
  #passOn(sink: BodySink, piece: Buffer): boolean {
    if (this.#bytes > this.limit) throw tooLarge(this.limit);
    return sink.write(piece);
  }
}

function tooLarge(limit: number): Failed {
  return new Failed("payload_too_large", `more than ${limit} bytes`);
}
