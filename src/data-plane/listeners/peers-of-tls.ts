import type { Socket } from "node:net";
import type { Peer } from "../http/client-address.ts";

/** Whom connections are from whose TLS handshake is under way. A TLS socket does not tell which socket it was made of, but has its address and port. */
export class PeersOfTls {
  readonly #peers = new Map<string, Peer>();

  /** @param socket the one that TLS is going to be spoken on; remembered until it is closed */
  add(socket: Socket, peer: Peer): void {
    const key = keyOf(socket);
    this.#peers.set(key, peer);
    socket.on("close", () => {
      // The same address and port may have come back before we heard that this one is gone.
      if (this.#peers.get(key) === peer) this.#peers.delete(key);
    });
  }

  /** @returns null where the socket speaks for itself */
  get(tlsSocket: Socket): Peer | null {
    return this.#peers.size === 0 ? null : (this.#peers.get(keyOf(tlsSocket)) ?? null);
  }
}

function keyOf(socket: Socket): string {
  return `${socket.remoteAddress} ${socket.remotePort}`;
}
