import type { Body, BodySink } from "./body.ts";
import { Failed } from "./failure.ts";
import type { GatewayHeaders } from "./headers.ts";
import { KeptPieces } from "./kept-pieces.ts";

/**
 * A request body whose beginning is kept until it is known that the upstream began with the request: as long as all of it is there, the
 * request can be sent again (a stream refused, a session that says good-bye).
 */
export class RepeatableBody {
  readonly #body: Body;
  readonly #bound: number;
  /** Null once it is more than the bound, or no longer needed. */
  #kept: KeptPieces | null = new KeptPieces();
  #sink: BodySink | null = null;
  #source: BodySink | null = null;
  #relaying: Promise<void> | null = null;
  #ended = false;
  #trailers: GatewayHeaders | null = null;

  /** @param bound bytes to keep */
  constructor(body: Body, bound: number) {
    this.#body = body;
    this.#bound = bound;
  }

  /** True while it can be sent from its beginning. */
  get untouched(): boolean {
    return this.#kept !== null;
  }

  /** May be called again after `detach`, while `untouched`. */
  relayTo(sink: BodySink): Promise<void> {
    if (this.#kept === null) return Promise.reject(new Failed("internal_error", "a body was read twice"));
    this.#sink = sink;
    sink.drained = () => this.#source?.drained?.();
    if (this.#relaying === null) {
      this.#source = this.#tee();
      this.#relaying = this.#body.relayTo(this.#source);
      return this.#relaying;
    }
    let room = true;
    for (const piece of this.#kept.all) room = sink.write(piece);
    if (this.#ended) sink.end(this.#trailers);
    else sink.flush();
    if (room) this.#source?.drained?.();
    return this.#relaying;
  }

  /** The sink failed: what comes is kept for the next. */
  detach(): void {
    this.#sink = null;
  }

  /** The upstream has begun with the request: it will not be sent again. */
  forget(): void {
    this.#kept = null;
  }

  #tee(): BodySink {
    return {
      drained: null,
      write: (piece) => {
        const room = this.#keep(piece);
        return this.#sink === null ? room : this.#sink.write(piece);
      },
      flush: () => this.#sink?.flush(),
      end: (trailers) => {
        this.#ended = true;
        this.#trailers = trailers;
        this.#sink?.end(trailers);
      },
    };
  }

  /** @returns false when no more should come while there is nobody to send it to */
  #keep(piece: Buffer): boolean {
    if (this.#kept === null) return this.#sink !== null;
    this.#kept.push(piece);
    const { bytes } = this.#kept;
    if (this.#sink !== null && bytes > this.#bound) this.#kept = null;
    return bytes < this.#bound;
  }
}
