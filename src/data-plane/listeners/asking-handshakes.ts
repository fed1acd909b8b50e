import type { Socket } from "node:net";
import { createServer, type Server, type TlsOptions, type TLSSocket } from "node:tls";
import { LRUCache } from "lru-cache";
import type { ClientCertificates } from "../../snapshot/client-certificates.ts";
import type { ClientVerification } from "../exchange/secure-client.ts";
import { verificationOf } from "./client-verification.ts";
import { PeerChains } from "./peer-chains.ts";

/** A connection whose handshake is under way. */
export interface AskingHandshake {
  readonly raw: Socket;
  readonly onSecure: (socket: TLSSocket, verification: ClientVerification) => void;
  readonly onFailed: (error: NodeJS.ErrnoException) => void;
}

/** Kept at once, each with its own authorities: a context of OpenSSL each, and those of its hosts. */
const CAPACITY = 1000;

/** Handshakes that ask clients for certificates: a `tls.Server` for each set of rules, since Node verifies for servers alone. It listens on no port. */
export class AskingHandshakes {
  readonly #optionsFor: (asked: ClientCertificates) => TlsOptions;
  /** By `ClientCertificates.id`. */
  readonly #servers = new LRUCache<string, Server>({ max: CAPACITY });
  /** By both ends: a TLS socket does not tell which socket it was made of. */
  readonly #begun = new Map<string, AskingHandshake>();

  /** @param optionsFor throws where OpenSSL does not take what is asked for */
  constructor(optionsFor: (asked: ClientCertificates) => TlsOptions) {
    this.#optionsFor = optionsFor;
  }

  begin(asked: ClientCertificates, handshake: AskingHandshake): void {
    const { raw, onFailed } = handshake;
    let server: Server;
    try {
      server = this.#servers.get(asked.id) ?? this.#serverFor(asked);
    } catch (error) {
      // Nobody can be let in.
      onFailed(error as NodeJS.ErrnoException);
      return void raw.destroy();
    }
    this.#servers.set(asked.id, server);
    const key = keyOf(raw);
    this.#begun.set(key, handshake);
    raw.on("close", () => {
      // The same ends may have come back before we heard that this one is gone.
      if (this.#begun.get(key) === handshake) this.#begun.delete(key);
    });
    server.emit("connection", raw);
  }

  #serverFor(asked: ClientCertificates): Server {
    const server = createServer(this.#optionsFor(asked));
    const chains = new PeerChains(server);
    // A handshake that fails is the client's affair; without a listener it would be destroyed all the same, but by an exception in `error`.
    server.on("tlsClientError", (error: NodeJS.ErrnoException, socket) => {
      this.#begun.get(keyOf(socket))?.onFailed(error);
      socket.destroy();
    });
    server.on("secureConnection", (socket) => {
      const key = keyOf(socket);
      const begun = this.#begun.get(key);
      // Without an address it is reset already. It must not be served as somebody else.
      if (begun === undefined) return void socket.destroy();
      this.#begun.delete(key);
      begun.onSecure(socket, verificationOf(socket, chains, asked));
    });
    return server;
  }
}

/** A client may come from one port of its own to several addresses of ours. */
function keyOf({ remoteAddress, remotePort, localAddress, localPort }: Socket): string {
  return `${remoteAddress} ${remotePort} ${localAddress} ${localPort}`;
}
