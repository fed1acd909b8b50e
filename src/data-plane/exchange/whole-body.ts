import { Readable } from "node:stream";
import type { Body, BodySink } from "./body.ts";
import { Failed } from "./failure.ts";
import { RELAYED } from "./relayed.ts";

/** A small body that came whole with its head, as most do: kept as the text it is written as, without a buffer of its own. */
export class WholeBody implements Body {
  limit = Infinity;
  readonly length: number;
  readonly #text: string;
  #taken = false;

  /** @param text the octets as latin1 */
  constructor(text: string) {
    this.#text = text;
    this.length = text.length;
  }

  get untouched(): boolean {
    return !this.#taken;
  }

  relayTo(sink: BodySink): Promise<void> {
    this.#take();
    if (this.length > this.limit) return Promise.reject(tooLarge(this.limit));
    if (sink.writeText !== undefined) sink.writeText(this.#text);
    else sink.write(this.#buffer());
    sink.end(null);
    return RELAYED;
  }

  bytes(limit: number): Promise<Buffer> {
    this.#take();
    const least = Math.min(limit, this.limit);
    return this.length > least ? Promise.reject(tooLarge(least)) : Promise.resolve(this.#buffer());
  }

  stream(): Readable {
    this.#take();
    return Readable.from([this.#buffer()]);
  }

  #buffer(): Buffer {
    return Buffer.from(this.#text, "latin1");
  }

  #take(): void {
    if (this.#taken) throw new Failed("internal_error", "a body was read twice");
    this.#taken = true;
  }
}

function tooLarge(limit: number): Failed {
  return new Failed("payload_too_large", `more than ${limit} bytes`);
}
