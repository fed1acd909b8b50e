import {
  createSecureServer,
  createServer,
  type IncomingHttpHeaders,
  type ServerHttp2Session,
  type ServerHttp2Stream,
  type ServerOptions,
} from "node:http2";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";
import type { CertificatePair } from "../../src/snapshot/pair.ts";
import { Waiting } from "./waiting.ts";

export interface Http2UpstreamSketch {
  /** With a pair it speaks TLS. */
  readonly tls?: CertificatePair;
  readonly options?: ServerOptions;
  readonly onStream: (stream: ServerHttp2Stream, headers: IncomingHttpHeaders, session: ServerHttp2Session) => void;
}

/** An upstream of HTTP/2 on node:http2: sessions and streams in the order they came. Closed when the test is over. */
export class Http2Upstream {
  readonly port: number;
  readonly sessions: ServerHttp2Session[] = [];
  readonly paths: string[] = [];
  readonly #waiting: Waiting;

  static async start({ tls, options = {}, onStream }: Http2UpstreamSketch): Promise<Http2Upstream> {
    const server =
      tls === undefined
        ? createServer(options)
        : createSecureServer({ ...options, cert: tls.chain, key: tls.privateKey });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const waiting = new Waiting();
    const upstream = new Http2Upstream((server.address() as AddressInfo).port, waiting);
    server.on("session", (session) => {
      session.on("error", () => {});
      upstream.sessions.push(session);
      waiting.changed();
    });
    server.on("stream", (stream, headers) => {
      stream.on("error", () => {});
      upstream.paths.push(headers[":path"] ?? "");
      waiting.changed();
      onStream(stream, headers, stream.session as ServerHttp2Session);
    });
    onTestFinished(() => {
      waiting.over(() => `the upstream was closed after ${upstream.paths.length} streams`);
      for (const session of upstream.sessions) session.destroy();
      server.close();
    });
    return upstream;
  }

  constructor(port: number, waiting: Waiting) {
    this.port = port;
    this.#waiting = waiting;
  }

  streams(count: number): Promise<void> {
    return this.#waiting.until(`${count} streams`, () => this.paths.length >= count);
  }
}

/** Answers 200 with the path. */
export function answerPath(stream: ServerHttp2Stream, headers: IncomingHttpHeaders): void {
  stream.respond({ ":status": 200 });
  stream.end(headers[":path"]);
}
