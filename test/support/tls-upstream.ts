import { once } from "node:events";
import { connect, createServer, type ConnectionOptions, type TLSSocket, type TlsOptions } from "node:tls";
import { onTestFinished } from "vitest";
import type { CertificatePair } from "../../src/snapshot/pair.ts";
import { socketServer } from "./socket-server.ts";

/** A TLS server on loopback that nothing is known of but what clients see; closed with its connections when the test is over. */
export function tlsUpstream(
  pair: CertificatePair,
  serve: (socket: TLSSocket) => void,
  options: TlsOptions = {},
): Promise<{ readonly port: number; close(): void }> {
  const secure = { cert: pair.chain, key: pair.privateKey, allowHalfOpen: true, ...options };
  return socketServer((accept) => createServer(secure, accept).on("tlsClientError", () => {}), serve);
}

/** A TLS client whose handshake is done, half-open sockets allowed; rejects where it fails. */
export async function tlsClient(port: number, options: ConnectionOptions): Promise<TLSSocket> {
  // The types do not know that it is passed on.
  const halfOpen = { allowHalfOpen: true };
  const socket = connect({ port, host: "127.0.0.1", ...halfOpen, ...options });
  onTestFinished(() => void socket.destroy());
  await once(socket, "secureConnect");
  socket.on("error", () => {});
  return socket;
}

/** The next octets of a client, as text. */
export async function said(socket: TLSSocket): Promise<string> {
  const [piece] = (await once(socket, "data")) as [Buffer];
  return piece.toString();
}
