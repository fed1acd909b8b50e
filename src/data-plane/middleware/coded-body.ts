import type { Readable } from "node:stream";
import { bodyBytes } from "../exchange/body-bytes.ts";
import { bodyStream } from "../exchange/body-stream.ts";
import type { Body, BodySink } from "../exchange/body.ts";

/** Changes content on the way to another sink. */
export interface CodingSink extends BodySink {
  /** Resolves when all is with the other sink; rejects with a `Failed`. */
  readonly finished: Promise<void>;
  /** Gives up; the other sink hears nothing more. */
  destroy(): void;
}

/** A body that is put into a content coding, or taken out of one, while it is read. */
export class CodedBody implements Body {
  readonly length = null;
  limit: number;
  readonly #content: Body;
  readonly #start: (to: BodySink, limit: number) => CodingSink;

  /**
   * @param start called when reading begins: a body that is never read costs nothing
   * @param limit bytes allowed of what comes out
   */
  constructor(content: Body, start: (to: BodySink, limit: number) => CodingSink, limit = Infinity) {
    this.#content = content;
    this.#start = start;
    this.limit = limit;
  }

  get untouched(): boolean {
    return this.#content.untouched;
  }

  async relayTo(sink: BodySink): Promise<void> {
    const coding = this.#start(sink, this.limit);
    try {
      await Promise.all([this.#content.relayTo(coding), coding.finished]);
    } finally {
      coding.destroy();
    }
  }

  bytes(limit: number): Promise<Buffer> {
    return bodyBytes(this, limit);
  }

  stream(): Readable {
    return bodyStream(this);
  }
}
