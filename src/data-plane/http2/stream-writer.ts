import type { Http2Stream } from "node:http2";
import type { BodySink } from "../exchange/body.ts";
import type { GatewayHeaders } from "../exchange/headers.ts";
import { fieldRecord } from "./field-record.ts";
import { isForbiddenTrailer } from "../http/trailers.ts";

/** Writes the content of one message, and its trailers, on a stream. */
export class StreamWriter implements BodySink {
  drained: (() => void) | null = null;
  contentBytes = 0;
  readonly #stream: Http2Stream;
  readonly #length: number | null;
  #trailers: Record<string, string[]> = {};
  #corked = false;
  #waits = false;
  #ended = false;

  /**
   * @param length as the head announced it
   * @param trailed the head was sent with `waitForTrailers`
   */
  constructor(stream: Http2Stream, length: number | null, trailed: boolean) {
    this.#stream = stream;
    this.#length = length;
    // node:http2 hears of each listener that a stream is given: most messages are small, and need none.
    if (trailed) stream.on("wantTrailers", () => this.#sendTrailers());
  }

  write(piece: Buffer): boolean {
    this.contentBytes += piece.length;
    if (this.contentBytes > (this.#length ?? Infinity))
      throw new Error(`a body is longer than its Content-Length of ${this.#length}`);
    // Reset by the client: whoever sends is told so by the exchange.
    if (this.#stream.writableEnded) return true;
    if (!this.#corked) this.#stream.cork();
    this.#corked = true;
    const room = this.#stream.write(piece);
    if (!room && !this.#waits) this.#waitForRoom();
    return room;
  }

  /** Pieces of one reading go as one. */
  flush(): void {
    if (!this.#corked) return;
    this.#corked = false;
    this.#stream.uncork();
  }

  end(trailers: GatewayHeaders | null): void {
    if (this.#length !== null && this.contentBytes !== this.#length)
      throw new Error(`a body is shorter than its Content-Length of ${this.#length}`);
    if (trailers !== null) this.#trailers = fieldRecord(trailers, isForbiddenTrailer);
    this.#ended = true;
    this.#stream.end();
  }

  #waitForRoom(): void {
    this.#waits = true;
    this.#stream.on("drain", () => this.drained?.());
  }

  /** Called from inside nghttp2, where nobody would catch what is thrown. */
  #sendTrailers(): void {
    // Closing a stream ends it too, before it resets it: what is not whole must not look as if it were.
    if (!this.#ended) return;
    try {
      this.#stream.sendTrailers(this.#trailers);
    } catch (error) {
      this.#stream.destroy(error as Error);
    }
  }
}
