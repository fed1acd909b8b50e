import type { DetailedPeerCertificate, Server, TLSSocket } from "node:tls";

/**
 * The chains that clients send with their certificates. They are asked for before Node itself looks at the certificate, which makes some of its
 * versions (24.21, 26.8) forget what lies behind it (nodejs/node#65579). The first that is heard of a connection are its secrets, which are not looked at.
 */
export class PeerChains {
  readonly #chains = new WeakMap<TLSSocket, DetailedPeerCertificate | null>();

  constructor(server: Server) {
    server.on("keylog", (_secret, socket) => {
      if (this.#chains.has(socket)) return;
      this.#chains.set(socket, null);
      socket.prependOnceListener("secure", () => this.#chains.set(socket, socket.getPeerCertificate(true)));
    });
  }

  /** Each certificate with its issuer, from the client's own on. @param socket with its handshake done */
  of(socket: TLSSocket): DetailedPeerCertificate {
    return this.#chains.get(socket) ?? socket.getPeerCertificate(true);
  }
}
