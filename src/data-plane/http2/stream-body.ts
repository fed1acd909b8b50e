import type { ServerHttp2Stream } from "node:http2";
import { Failed } from "../exchange/failure.ts";
import type { GatewayHeaders } from "../exchange/headers.ts";
import { IncomingBody } from "../http1/incoming-body.ts";
import { ReadProgress } from "../http1/read-progress.ts";
import type { Limits } from "../limits.ts";
import { OF_TRAILERS, readFields } from "./read-fields.ts";

/** Takes the content of a request from its stream. The window that we grant the client moves on only while somebody takes it. */
export class StreamBody {
  readonly incoming: IncomingBody;
  readonly #stream: ServerHttp2Stream;
  readonly #limits: Limits;
  readonly #progress = new ReadProgress();
  #trailers: GatewayHeaders | null = null;

  /** @param length as Content-Length declares it */
  constructor(stream: ServerHttp2Stream, length: number | null, limits: Limits) {
    this.#stream = stream;
    this.#limits = limits;
    this.incoming = new IncomingBody(
      length,
      { pause: () => void stream.pause(), resume: () => void stream.resume() },
      limits.bufferedBytes,
    );
  }

  /** @param reset called where the end turns out to be that of the stream, and not of the content */
  start(reset: () => void): void {
    const stream = this.#stream;
    stream.on("data", (piece: Buffer) => {
      try {
        this.incoming.push(piece);
        this.incoming.flush();
      } catch (error) {
        // Whoever took it takes no more: a sink that has failed says so.
        this.incoming.fail(Failed.from(error));
      }
    });
    stream.on("trailers", (_fields: unknown, _flags: number, block: string[]) => this.#readTrailers(block));
    stream.on("end", () => {
      // A reset with NO_ERROR looks like an end to node:http2; a stream that ended in earnest is not closed before it is answered.
      if (stream.closed) reset();
      else this.#finish();
    });
  }

  /** To be asked about once a second. @param idle milliseconds */
  checkProgress(now: number, idle: number): void {
    if (this.incoming.settled || this.incoming.unhurried || this.#stream.isPaused()) return;
    const problem = this.#progress.problem(now, this.incoming.received, idle);
    if (problem !== null) this.incoming.fail(new Failed("request_timeout", problem));
  }

  #readTrailers(block: readonly string[]): void {
    try {
      this.#trailers = readFields(block, this.#limits, OF_TRAILERS).headers;
    } catch (error) {
      this.incoming.fail(Failed.from(error));
    }
  }

  #finish(): void {
    const { length, received } = this.incoming;
    // nghttp2 counts too; nothing that is shorter or longer than it says may reach an upstream (RFC 9113 §8.1.1).
    if (length !== null && length !== received)
      this.incoming.fail(new Failed("bad_request", `${received} bytes with a Content-Length of ${length}`));
    else this.incoming.finish(this.#trailers);
  }
}
