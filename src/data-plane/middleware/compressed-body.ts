import type { Readable } from "node:stream";
import { bodyStream } from "../exchange/body-stream.ts";
import type { Body, BodySink } from "../exchange/body.ts";
import { CompressingSink } from "./compressing-sink.ts";
import type { Compressor } from "./content-coding.ts";

/** A body in a content coding, compressed while it is read. */
export class CompressedBody implements Body {
  readonly length = null;
  limit = Infinity;
  readonly #content: Body;
  readonly #start: () => Compressor;
  readonly #flushKind: number;

  /** @param start called when reading begins: a body that is never read costs nothing */
  constructor(content: Body, start: () => Compressor, flushKind: number) {
    this.#content = content;
    this.#start = start;
    this.#flushKind = flushKind;
  }

  get untouched(): boolean {
    return this.#content.untouched;
  }

  async relayTo(sink: BodySink): Promise<void> {
    const compressing = new CompressingSink(this.#start(), this.#flushKind, sink, this.limit);
    try {
      await Promise.all([this.#content.relayTo(compressing), compressing.finished]);
    } finally {
      compressing.destroy();
    }
  }

  async bytes(limit: number): Promise<Buffer> {
    this.limit = Math.min(this.limit, limit);
    const pieces: Buffer[] = [];
    await this.relayTo({ write: (piece) => pieces.push(piece) > 0, flush: () => {}, end: () => {}, drained: null });
    return Buffer.concat(pieces);
  }

  stream(): Readable {
    return bodyStream(this);
  }
}
