import { randomBytes } from "node:crypto";
import { connect as connectHttp2, type ClientHttp2Session } from "node:http2";
import { Agent, type IncomingMessage } from "node:http";
import { Agent as SecureAgent, request as secureRequest } from "node:https";
import { request as plainRequest } from "node:http";
import type { TLSSocket } from "node:tls";

export interface Aim {
  /** The gateway's port on loopback. */
  readonly port: number;
  readonly host: string;
  /** What a client of HTTPS trusts; plain HTTP without it. */
  readonly ca?: string | readonly string[];
}

export interface Answer {
  readonly status: number;
  readonly body: string;
  /** Fingerprint of the certificate of the connection; null without TLS. */
  readonly certificate: string | null;
}

/** Asks for a path; with a body by POST. Rejects when there is no whole answer. */
export interface Client {
  ask(path: string, body: Buffer | null): Promise<Answer>;
  close(): void;
}

/** Milliseconds after which a request without a whole answer has failed. */
const PATIENCE = 20_000;

/** HTTP/1.1, on one connection that stays, or on a new one for each request. */
export function http1Client(aim: Aim, kept: boolean): Client {
  // A resumed session does not show the certificate.
  const options = { keepAlive: kept, maxSockets: 1, maxCachedSessions: 0 };
  const agent = aim.ca === undefined ? new Agent(options) : new SecureAgent(options);
  const ask = aim.ca === undefined ? plainRequest : secureRequest;
  return {
    close: () => agent.destroy(),
    ask: (path, body) =>
      new Promise((resolve, reject) => {
        const sent = ask({
          agent,
          host: "127.0.0.1",
          port: aim.port,
          path,
          timeout: PATIENCE,
          servername: aim.host,
          ...(aim.ca === undefined ? {} : { ca: [aim.ca].flat() }),
          method: body === null ? "GET" : "POST",
          headers: { host: aim.host, ...(body === null ? {} : { "content-length": body.length }) },
        });
        sent.on("timeout", () => sent.destroy(new Error(`no answer within ${PATIENCE} ms`)));
        sent.on("error", reject);
        sent.on("response", (response) => void readAnswer(response).then(resolve, reject));
        sent.end(body ?? undefined);
      }),
  };
}

async function readAnswer(response: IncomingMessage): Promise<Answer> {
  const socket = response.socket as Partial<TLSSocket>;
  const certificate = socket.getPeerCertificate?.()?.fingerprint256 ?? null;
  let body = "";
  for await (const piece of response.setEncoding("latin1")) body += piece as string;
  return { status: response.statusCode ?? 0, body, certificate };
}

/** Fingerprint of the certificate that a session began with. */
const shown = new WeakMap<ClientHttp2Session, string>();

/** HTTP/2 over TLS: all requests on one connection, and on a new one when the gateway says that the old one ends. */
export function http2Client(aim: Aim): Client {
  let session: ClientHttp2Session | null = null;
  const open = (): ClientHttp2Session => {
    if (session !== null && !session.closed && !session.destroyed) return session;
    session = connectHttp2(`https://127.0.0.1:${aim.port}`, { ca: [aim.ca ?? []].flat(), servername: aim.host });
    session.on("error", () => {});
    session.once("connect", (opened, socket) => {
      shown.set(opened, (socket as TLSSocket).getPeerCertificate().fingerprint256);
    });
    return session;
  };
  const ask = async (path: string, body: Buffer | null): Promise<Answer> => {
    try {
      return await askStream(open(), aim.host, path, body);
    } catch (error) {
      // The one failure after which a request was surely not processed, and every client sends it again (RFC 9113 §8.7).
      if (!String(error).includes("REFUSED_STREAM")) throw error;
      return askStream(open(), aim.host, path, body);
    }
  };
  return { ask, close: () => session?.close() };
}

function askStream(session: ClientHttp2Session, host: string, path: string, body: Buffer | null): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const method = body === null ? "GET" : "POST";
    const stream = session.request(
      { ":method": method, ":path": path, ":authority": host },
      { endStream: body === null },
    );
    let status = 0;
    let text = "";
    stream.setTimeout(PATIENCE, () => stream.destroy(new Error(`no answer within ${PATIENCE} ms`)));
    stream.setEncoding("latin1");
    stream.on("response", (fields) => (status = Number(fields[":status"])));
    stream.on("data", (piece: string) => (text += piece));
    stream.on("error", reject);
    stream.on("close", () => {
      if (stream.rstCode !== 0 || status === 0) reject(new Error(`stream closed with code ${stream.rstCode}`));
      resolve({ status, body: text, certificate: shown.get(session) ?? null });
    });
    if (body !== null) stream.end(body);
  });
}

/** A path that was never asked for before, so that no answer can be another's. */
export function uniquePath(prefix: string): string {
  return `${prefix}${randomBytes(8).toString("hex")}`;
}
