import { once } from "node:events";
import {
  connect,
  type ClientHttp2Session,
  type ClientHttp2Stream,
  type IncomingHttpHeaders,
  type IncomingHttpStatusHeader,
  type OutgoingHttpHeaders,
} from "node:http2";
import type { LookupFunction } from "node:net";
import { onTestFinished } from "vitest";
import { type Gateway, type GatewaySketch, startDataPlane } from "./start-data-plane.ts";
import { testAuthority } from "./test-authority.ts";

export interface Http2Gateway extends Gateway {
  /** What clients trust. */
  readonly ca: string;
}

/** A data plane with a certificate for test.example. */
export async function startHttp2Gateway(sketch: GatewaySketch): Promise<Http2Gateway> {
  const { ca, issue } = await testAuthority();
  const gateway = await startDataPlane({ ...sketch, defaultCertificate: await issue("test.example") });
  return { ...gateway, ca };
}

/** A session of node:http2's client, destroyed when the test is over. Its errors are the test's to expect: they end its streams. */
export async function openSession({ https, ca }: Http2Gateway): Promise<ClientHttp2Session> {
  const session = connect(`https://test.example:${https}`, { ca, servername: "test.example", lookup: toLoopback });
  session.on("error", () => {});
  onTestFinished(() => session.destroy());
  await once(session, "connect");
  return session;
}

const toLoopback: LookupFunction = (_name, _options, callback) => callback(null, [{ address: "127.0.0.1", family: 4 }]);

export interface Http2Response {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly trailers: IncomingHttpHeaders;
  /** Statuses of the interim responses before it. */
  readonly interim: readonly number[];
}

/** Sends a request; a body that is given is its whole content, null leaves the request open. */
export function ask(session: ClientHttp2Session, headers: OutgoingHttpHeaders, body?: string | Buffer | null) {
  const stream = session.request({ ":authority": "test.example", ...headers }, { endStream: body === undefined });
  stream.on("error", () => {});
  if (body !== undefined && body !== null) stream.end(body);
  return stream;
}

/** The response on a stream, whole. Rejects when the stream is reset before. */
export function responseOn(stream: ClientHttp2Stream): Promise<Http2Response> {
  return new Promise((resolve, reject) => {
    let headers: IncomingHttpHeaders & IncomingHttpStatusHeader = {};
    let trailers: IncomingHttpHeaders = {};
    const pieces: Buffer[] = [];
    const interim: number[] = [];
    stream.on("headers", (fields: { ":status"?: number }) => interim.push(fields[":status"] ?? 0));
    stream.on("response", (fields) => (headers = fields));
    stream.on("trailers", (fields: IncomingHttpHeaders) => (trailers = fields));
    stream.on("data", (piece: Buffer) => pieces.push(piece));
    stream.on("close", () => {
      if (stream.rstCode === 0 && headers[":status"] !== undefined)
        resolve({ status: headers[":status"], headers, body: Buffer.concat(pieces), trailers, interim });
      else reject(new Error(`the stream was closed with code ${stream.rstCode}`));
    });
  });
}

export function get(session: ClientHttp2Session, path: string): Promise<Http2Response> {
  return responseOn(ask(session, { ":path": path }));
}
