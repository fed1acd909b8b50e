import type { BodySink } from "../exchange/body.ts";
import type { GatewayHeaders } from "../exchange/headers.ts";
import type { CodingSink } from "./coded-body.ts";
import type { ContentDecoding } from "./content-decoding.ts";
import { type DecodingBounds, DecodingSink } from "./decoding-sink.ts";

/**
 * Takes content out of one coding after another on the way to another sink. What comes of all of them is held against what was received, so that
 * no further coding lets more burst out of an octet.
 * @param decodings in the order in which the codings were put on, one at least
 */
export function decodingChain(decodings: readonly ContentDecoding[], to: BodySink, bounds: DecodingBounds): CodingSink {
  const sinks: DecodingSink[] = [];
  const received = (): number => sinks.at(-1)?.received ?? 0;
  for (const decoding of decodings) {
    // What is between two codings is nobody's content: its size has no limit but the ratio.
    const limit = sinks.length === 0 ? bounds.limit : Infinity;
    sinks.push(new DecodingSink(decoding, sinks.at(-1) ?? to, { ...bounds, limit, received }));
  }
  const first = sinks.at(-1) as DecodingSink;
  return sinks.length === 1 ? first : new DecodingChain(first, sinks);
}

/** Several, each of which writes into the one before it. */
class DecodingChain implements CodingSink {
  readonly finished: Promise<void>;
  readonly #first: DecodingSink;
  readonly #sinks: readonly DecodingSink[];

  constructor(first: DecodingSink, sinks: readonly DecodingSink[]) {
    this.#first = first;
    this.#sinks = sinks;
    this.finished = Promise.all(sinks.map(({ finished }) => finished)).then(() => {});
    // Whoever gives up before the end does not ask.
    this.finished.catch(() => {});
  }

  get drained(): (() => void) | null {
    return this.#first.drained;
  }

  set drained(drained: (() => void) | null) {
    this.#first.drained = drained;
  }

  write(piece: Buffer): boolean {
    return this.#first.write(piece);
  }

  flush(): void {}

  end(trailers: GatewayHeaders | null): void {
    this.#first.end(trailers);
  }

  destroy(): void {
    for (const sink of this.#sinks) sink.destroy();
  }
}
