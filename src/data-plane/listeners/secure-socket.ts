import type { Socket } from "node:net";
import { type SecureContext, TLSSocket, type TLSSocketOptions } from "node:tls";

export interface SecureSocketOptions extends Pick<TLSSocketOptions, "ALPNProtocols" | "SNICallback"> {
  /** What clients without server name are served with. It makes and reads the tickets of all. */
  readonly secureContext: SecureContext;
  /** Milliseconds. */
  readonly handshakeTimeout: number;
  /** Called once when the handshake is done. Who is called listens to errors from then on. */
  readonly onSecure: (socket: TLSSocket) => void;
  /** Called once when it fails, or the client leaves; the socket is destroyed after that. */
  readonly onFailed: (error: NodeJS.ErrnoException) => void;
}

const ignore = (): void => {};

/** What node:tls has besides, and its types do not know. */
type Inner = TLSSocket & {
  readonly _handle: { sni_context?: unknown } | null;
  _releaseControl(): boolean;
  secureConnecting: boolean;
};

/**
 * Does the handshake of one client who is asked for no certificate.
 *
 * It is no `tls.Server` that makes the socket, so that the server name can be accepted at once, as RFC 6066 §3 wants it told to the client: node:tls
 * accepts one where a context has been chosen by then, and has SNICallback choose later. OpenSSL keeps an accepted name, and no other, in a session of
 * TLS 1.2, and has nothing else to tell of it when the session is resumed.
 * @param raw paused or not read yet, with an `error` listener; what was put back on it is read first
 */
export function secureSocket(raw: Socket, options: SecureSocketOptions): void {
  const { secureContext, onSecure, onFailed, ...rest } = options;
  const socket = new TLSSocket(raw, { ...rest, secureContext, isServer: true, requestCert: false }) as Inner;
  if (socket._handle) socket._handle.sni_context = secureContext.context;
  let settled = false;
  const fail = (error: NodeJS.ErrnoException): void => {
    if (settled) return;
    settled = true;
    onFailed(error);
    socket.destroy();
  };
  const leave = (): void => fail(Object.assign(new Error("the client left"), { code: "ECONNRESET" }));
  // A limit of time is told by the first alone; what OpenSSL refuses by the second.
  socket.on("_tlsError", fail).on("error", fail).on("close", leave);
  socket.once("secure", () => {
    if (settled || socket.destroyed) return;
    settled = true;
    socket.off("_tlsError", fail).off("close", leave).off("error", fail).on("error", ignore);
    // As a server does it: errors are told as such from here on, and nobody waits for the handshake any more.
    socket._releaseControl();
    socket.secureConnecting = false;
    onSecure(socket);
  });
}
