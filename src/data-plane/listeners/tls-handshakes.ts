import type { Socket } from "node:net";
import { createServer, type Server, type TlsOptions, type TLSSocket } from "node:tls";
import type { Peer } from "../http/client-address.ts";
import type { HandshakeCounts } from "./census.ts";
import { answerPlainHttp, isPlainHttp } from "./plain-on-tls.ts";

/** A connection whose handshake is under way. */
interface Begun {
  readonly socket: Socket;
  readonly peer: Peer | null;
}

/** Called with each client whose handshake is done, and whom it is from; null: from whom the socket is. Nobody has read its socket yet. */
export type OnSecure = (socket: TLSSocket, peer: Peer | null) => void;

/** Does the TLS handshakes on sockets that were accepted elsewhere; listens on no port itself. */
export class TlsHandshakes {
  readonly #server: Server;
  /** By address and port: a TLS socket does not tell which socket it was made of. */
  readonly #begun = new Map<string, Begun>();
  /** See HandshakeCounts. */
  readonly #done: Record<string, number> = {};
  readonly #failed: Record<string, number> = {};

  constructor(options: TlsOptions, onSecure: OnSecure) {
    this.#server = createServer(options);
    // A handshake that fails is the client's affair; without a listener it would be destroyed all the same, but by an exception in `error`.
    this.#server.on("tlsClientError", (error: NodeJS.ErrnoException, tlsSocket) => {
      count(this.#failed, error.code ?? "unknown");
      const begun = isPlainHttp(error) ? this.#begun.get(keyOf(tlsSocket)) : undefined;
      if (begun !== undefined) answerPlainHttp(begun.socket);
      tlsSocket.destroy();
    });
    this.#server.on("secureConnection", (tlsSocket) => {
      const key = keyOf(tlsSocket);
      const begun = this.#begun.get(key);
      // Without an address it is reset already. It must not be served as somebody else.
      if (begun === undefined) return void tlsSocket.destroy();
      this.#begun.delete(key);
      count(this.#done, tlsSocket.getProtocol() ?? "unknown");
      // From here on a half that is closed is no reason to close the other.
      tlsSocket.allowHalfOpen = true;
      onSecure(tlsSocket, begun.peer);
    });
  }

  get counts(): HandshakeCounts {
    return { done: { ...this.#done }, failed: { ...this.#failed } };
  }

  /** What tickets are made and read with. The listener's own context does that, whichever certificate is presented. */
  useTicketKeys(keys: Uint8Array): void {
    this.#server.setTicketKeys(Buffer.from(keys));
  }

  /**
   * @param socket paused or not read yet, with an `error` listener; what was put back on it is read first
   * @param peer whom it is from, where that is known better than by the socket
   */
  begin(socket: Socket, peer: Peer | null): void {
    if (socket.remoteAddress === undefined) return void socket.destroy();
    const key = keyOf(socket);
    const begun = { socket, peer };
    this.#begun.set(key, begun);
    socket.on("close", () => {
      // The same address and port may have come back before we heard that this one is gone.
      if (this.#begun.get(key) === begun) this.#begun.delete(key);
    });
    // The TLS socket takes it over: a FIN within the handshake is the end of it.
    socket.allowHalfOpen = false;
    this.#server.emit("connection", socket);
  }
}

function count(counts: Record<string, number>, key: string): void {
  counts[key] = (counts[key] ?? 0) + 1;
}

function keyOf(socket: Socket): string {
  return `${socket.remoteAddress} ${socket.remotePort}`;
}
