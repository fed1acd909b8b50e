import type { Socket } from "node:net";
import { createServer, type Server, type TlsOptions, type TLSSocket } from "node:tls";
import { LRUCache } from "lru-cache";
import type { ClientCertificates } from "../../snapshot/client-certificates.ts";
import type { SecureClient } from "../exchange/secure-client.ts";
import type { Peer } from "../http/client-address.ts";
import type { HandshakeCounts } from "./census.ts";
import { verificationOf } from "./client-verification.ts";
import { PeerChains } from "./peer-chains.ts";
import { answerPlainHttp, isPlainHttp } from "./plain-on-tls.ts";
import { readServerName } from "./server-names.ts";
import type { TlsContexts } from "./tls-contexts.ts";

/** A connection whose handshake is under way. */
interface Begun {
  readonly socket: Socket;
  readonly peer: Peer | null;
  readonly serverName: string | null;
}

export interface HandshakeSettings {
  /** Prepared. */
  readonly contexts: Pick<TlsContexts, "secureOptions" | "askingOptions">;
  /** What holds for all handshakes besides. */
  readonly common: Pick<TlsOptions, "ALPNProtocols" | "handshakeTimeout">;
  /** Called with each client whose handshake is done, and whom it is from; null: from whom the socket is. Nobody has read its socket yet. */
  readonly onSecure: (socket: TLSSocket, secure: SecureClient, peer: Peer | null) => void;
}

/** Kept at once of those that ask for certificates, each with its own authorities: a context of OpenSSL each, and those of its hosts. */
const ASKING = 1000;

/** Does the TLS handshakes on sockets that were accepted elsewhere; listens on no port itself. */
export class TlsHandshakes {
  readonly #settings: HandshakeSettings;
  readonly #server: Server;
  /** By `ClientCertificates.id`. */
  readonly #asking = new LRUCache<string, Server>({ max: ASKING });
  /** By address and port: a TLS socket does not tell which socket it was made of. */
  readonly #begun = new Map<string, Begun>();
  /** See HandshakeCounts. */
  readonly #done: Record<string, number> = {};
  readonly #failed: Record<string, number> = {};

  constructor(settings: HandshakeSettings) {
    this.#settings = settings;
    this.#server = this.#serverWith(settings.contexts.secureOptions(), null);
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
   * @param asked what the client is asked for; null for nothing
   * @param serverName from a ClientHello that was looked at; null where it was not, or names none. OpenSSL does not tell that of a resumed TLS 1.2 session
   */
  begin(socket: Socket, peer: Peer | null, asked: ClientCertificates | null, serverName: string | null): void {
    if (socket.remoteAddress === undefined) return void socket.destroy();
    let server: Server;
    try {
      server = asked === null ? this.#server : this.#askingFor(asked);
    } catch (error) {
      // OpenSSL does not take what is asked for: nobody can be let in.
      count(this.#failed, (error as NodeJS.ErrnoException).code ?? "unknown");
      return void socket.destroy();
    }
    const key = keyOf(socket);
    const begun = { socket, peer, serverName };
    this.#begun.set(key, begun);
    socket.on("close", () => {
      // The same address and port may have come back before we heard that this one is gone.
      if (this.#begun.get(key) === begun) this.#begun.delete(key);
    });
    // The TLS socket takes it over: a FIN within the handshake is the end of it.
    socket.allowHalfOpen = false;
    server.emit("connection", socket);
  }

  #askingFor(asked: ClientCertificates): Server {
    const server = this.#asking.get(asked.id) ?? this.#serverWith(this.#settings.contexts.askingOptions(asked), asked);
    this.#asking.set(asked.id, server);
    return server;
  }

  #serverWith(options: TlsOptions, asked: ClientCertificates | null): Server {
    const server = createServer({ ...options, ...this.#settings.common });
    const chains = asked === null ? null : new PeerChains(server);
    // A handshake that fails is the client's affair; without a listener it would be destroyed all the same, but by an exception in `error`.
    server.on("tlsClientError", (error: NodeJS.ErrnoException, tlsSocket) => {
      count(this.#failed, error.code ?? "unknown");
      const begun = isPlainHttp(error) ? this.#begun.get(keyOf(tlsSocket)) : undefined;
      if (begun !== undefined) answerPlainHttp(begun.socket);
      tlsSocket.destroy();
    });
    server.on("secureConnection", (tlsSocket) => {
      const key = keyOf(tlsSocket);
      const begun = this.#begun.get(key);
      // Without an address it is reset already. It must not be served as somebody else.
      if (begun === undefined) return void tlsSocket.destroy();
      this.#begun.delete(key);
      count(this.#done, tlsSocket.getProtocol() ?? "unknown");
      // From here on a half that is closed is no reason to close the other.
      tlsSocket.allowHalfOpen = true;
      const verification = asked === null || chains === null ? null : verificationOf(tlsSocket, chains, asked);
      const serverName = serverNameOf(tlsSocket) ?? begun.serverName;
      this.#settings.onSecure(tlsSocket, { serverName, verification }, begun.peer);
    });
    return server;
  }
}

/** `servername` is on sockets of servers too, which the types do not know. */
type Named = TLSSocket & { readonly servername?: unknown };

function serverNameOf({ servername }: Named): string | null {
  return typeof servername === "string" ? readServerName(servername) : null;
}

function count(counts: Record<string, number>, key: string): void {
  counts[key] = (counts[key] ?? 0) + 1;
}

function keyOf(socket: Socket): string {
  return `${socket.remoteAddress} ${socket.remotePort}`;
}
