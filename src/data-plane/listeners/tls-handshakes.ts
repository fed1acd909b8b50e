import type { Socket } from "node:net";
import { createSecureContext, type SecureContext, type TlsOptions, type TLSSocket } from "node:tls";
import type { ClientCertificates } from "../../snapshot/client-certificates.ts";
import type { CertificatePair } from "../../snapshot/pair.ts";
import type { ClientVerification, SecureClient } from "../exchange/secure-client.ts";
import type { Peer } from "../http/client-address.ts";
import { AskingHandshakes } from "./asking-handshakes.ts";
import type { HandshakeCounts } from "./census.ts";
import { answerPlainHttp, isPlainHttp } from "./plain-on-tls.ts";
import { secureSocket } from "./secure-socket.ts";
import { readServerName } from "./server-names.ts";
import type { TlsContexts } from "./tls-contexts.ts";

export interface HandshakeSettings {
  /** Prepared. */
  readonly contexts: Pick<TlsContexts, "secureOptions" | "askingOptions" | "nameless">;
  /** In the order in which they are preferred. */
  readonly protocols: () => readonly string[];
  /** Milliseconds for a handshake. */
  readonly timeout: number;
  /** Called with each client whose handshake is done, and whom it is from; null: from whom the socket is. Nobody has read its socket yet. */
  readonly onSecure: (socket: TLSSocket, secure: SecureClient, peer: Peer | null) => void;
}

/** What handshakes are done with. */
interface Made {
  /** The pair for clients without server name. */
  readonly nameless: CertificatePair;
  readonly options: TlsOptions;
  readonly common: { readonly ALPNProtocols: Buffer; readonly handshakeTimeout: number };
  readonly asking: AskingHandshakes;
  readonly secureContext: SecureContext;
}

/** Does the TLS handshakes on sockets that were accepted elsewhere. */
export class TlsHandshakes {
  readonly #settings: HandshakeSettings;
  #made: Made;
  #ticketKeys: Uint8Array | null = null;
  /** See HandshakeCounts. */
  readonly #done: Record<string, number> = {};
  readonly #failed: Record<string, number> = {};

  constructor(settings: HandshakeSettings) {
    this.#settings = settings;
    this.#made = this.#make();
  }

  get counts(): HandshakeCounts {
    return { done: { ...this.#done }, failed: { ...this.#failed } };
  }

  /** What tickets are made and read with. The listener's own context does that, whichever certificate is presented. */
  useTicketKeys(keys: Uint8Array): void {
    this.#ticketKeys = keys;
    this.#made = { ...this.#made, secureContext: this.#contextOf(this.#made.options) };
  }

  /** Asks for its settings anew: they hold for handshakes that begin from now on. */
  renew(): void {
    this.#made = this.#make();
  }

  /**
   * @param socket paused or not read yet, with an `error` listener; what was put back on it is read first
   * @param peer whom it is from, where that is known better than by the socket
   * @param asked what the client is asked for; null for nothing
   * @param serverName from a ClientHello that was looked at; null where it was not, or names none
   */
  begin(socket: Socket, peer: Peer | null, asked: ClientCertificates | null, serverName: string | null): void {
    if (socket.remoteAddress === undefined) return void socket.destroy();
    // Node asks nobody about clients without server name: they get what the listener's own context has.
    if (this.#settings.contexts.nameless !== this.#made.nameless) this.renew();
    // The TLS socket takes it over: a FIN within the handshake is the end of it.
    socket.allowHalfOpen = false;
    const onFailed = (error: NodeJS.ErrnoException): void => {
      count(this.#failed, error.code ?? "unknown");
      if (isPlainHttp(error)) answerPlainHttp(socket);
    };
    const onSecure = (secured: TLSSocket, verification: ClientVerification | null = null): void => {
      count(this.#done, secured.getProtocol() ?? "unknown");
      // From here on a half that is closed is no reason to close the other.
      secured.allowHalfOpen = true;
      this.#settings.onSecure(secured, { serverName: serverNameOf(secured) ?? serverName, verification }, peer);
    };
    const { options, common, asking, secureContext } = this.#made;
    if (asked !== null) return asking.begin(asked, { raw: socket, onSecure, onFailed });
    const { SNICallback } = options;
    secureSocket(socket, { ...common, SNICallback, secureContext, onSecure, onFailed });
  }

  #make(): Made {
    const { contexts, protocols, timeout } = this.#settings;
    const { nameless } = contexts;
    const options = contexts.secureOptions();
    const common = { ALPNProtocols: wireFormat(protocols()), handshakeTimeout: timeout };
    const asking = new AskingHandshakes((asked) => ({ ...contexts.askingOptions(asked), ...common }));
    return { nameless, options, common, asking, secureContext: this.#contextOf(options) };
  }

  #contextOf(options: TlsOptions): SecureContext {
    const keys = this.#ticketKeys;
    return createSecureContext(keys === null ? options : { ...options, ticketKeys: Buffer.from(keys) });
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

/** As node:tls takes it without making it anew for each connection (RFC 7301 §3.1). */
function wireFormat(protocols: readonly string[]): Buffer {
  return Buffer.concat(protocols.map((name) => Buffer.from(`${String.fromCharCode(name.length)}${name}`, "latin1")));
}
