import { once } from "node:events";
import { connect as connectHttp2 } from "node:http2";
import { connect, type SecureVersion, type TLSSocket } from "node:tls";
import { onTestFinished } from "vitest";
import type { CertificatePair } from "../../src/snapshot/pair.ts";
import { responseOn } from "./http2-client.ts";
import { RawClient } from "./raw-client.ts";

export interface HandshakeSketch {
  /** Sent as SNI; absent for none. */
  readonly servername?: string;
  /** The client's own certificate. */
  readonly pair?: CertificatePair;
  readonly protocol?: "h2" | "http/1.1";
  readonly version?: SecureVersion;
  /** One to resume. */
  readonly session?: Buffer;
}

/** What requests can be sent with over one connection. */
export interface TlsClient {
  readonly socket: TLSSocket;
  /** The status of the answer to a GET; -1 where the connection ends before it comes. */
  status(host: string, headers?: Readonly<Record<string, string>>): Promise<number>;
  /** A session that may be resumed, once a response has come. */
  session(): Promise<Buffer>;
}

/** A client that verifies nothing, with its handshake done; destroyed when the test is over. */
export async function openTls(port: number, sketch: HandshakeSketch = {}): Promise<TlsClient> {
  const { servername, pair, protocol = "http/1.1", version, session } = sketch;
  const socket = connect({
    port,
    host: "127.0.0.1",
    rejectUnauthorized: false,
    ALPNProtocols: [protocol],
    ...(servername === undefined ? {} : { servername }),
    ...(pair === undefined ? {} : { cert: pair.chain, key: pair.privateKey }),
    ...(version === undefined ? {} : { minVersion: version, maxVersion: version }),
    ...(session === undefined ? {} : { session }),
  });
  onTestFinished(() => void socket.destroy());
  const sessions: Buffer[] = [];
  let told: (() => void) | null = null;
  socket.on("session", (given) => {
    sessions.push(given);
    told?.();
  });
  await once(socket, "secureConnect");
  return {
    socket,
    status: protocol === "h2" ? overHttp2(socket) : overHttp1(socket),
    async session() {
      if (sessions.length === 0) await new Promise<void>((resolve) => (told = resolve));
      return sessions.at(-1) as Buffer;
    },
  };
}

function overHttp1(socket: TLSSocket): TlsClient["status"] {
  const client = new RawClient(socket);
  return async (host, headers = {}) => {
    const fields = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    client.write(`GET /x HTTP/1.1\r\nHost: ${host}\r\n${fields.join("")}\r\n`);
    return client.response().then(
      ({ status }) => status,
      () => -1,
    );
  };
}

function overHttp2(socket: TLSSocket): TlsClient["status"] {
  const session = connectHttp2("https://any.example", { createConnection: () => socket });
  session.on("error", () => {});
  return async (host, headers = {}) => {
    const stream = session.request({ ":authority": host, ":path": "/x", ...headers });
    stream.on("error", () => {});
    return responseOn(stream).then(
      ({ status }) => status,
      () => -1,
    );
  };
}
