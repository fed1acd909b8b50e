// Sockets that clients connect to.
// In: addresses, TLS contexts. Out: one DownstreamConnection a client; or, with HTTP/2, one DownstreamSession.
// Never: a look into a request; a change of snapshot closes nothing here.
import { createServer, type AddressInfo, type Server, type Socket } from "node:net";
import type { TLSSocket } from "node:tls";
import type { SecureClient } from "../exchange/secure-client.ts";
import type { Peer } from "../http/client-address.ts";
import type { ForwardedPolicy } from "../http/forwarded-policy.ts";
import { DownstreamConnection, type DownstreamOptions } from "../http1/downstream-connection.ts";
import type { Arrived } from "../http1/downstream-surroundings.ts";
import { type Intake, streamIntake } from "../http1/intake.ts";
import { lendTo } from "../http1/lend-to.ts";
import { DownstreamSession } from "../http2/downstream-session.ts";
import { beginTls } from "./begin-tls.ts";
import { Census, type ConnectionCounts } from "./census.ts";
import type { ConnectionSettings } from "./connection-settings.ts";
import type { TlsContexts } from "./tls-contexts.ts";
import { TlsHandshakes } from "./tls-handshakes.ts";

/** Where to listen. */
export interface ListenAddress {
  /** An IP address or "localhost"; "::" and "0.0.0.0" for all. */
  readonly host: string;
  /** 0 for any free port. */
  readonly port: number;
  /** A socket of Node's own kind that is bound already to `host` and `port`, by another process that keeps it open. */
  readonly handle?: object;
}

/** All listeners of a data plane and the connections that came through them. */
export class Listeners {
  #settings: ConnectionSettings;
  #refusing: ConnectionSettings;
  readonly #sharedOptions = new Map<string, DownstreamOptions>();
  readonly #servers: Server[] = [];
  readonly #connections = new Set<DownstreamConnection>();
  readonly #sessions = new Set<DownstreamSession>();
  /** Sockets that are not handshaken yet count too. */
  readonly #sockets = new Set<Socket>();
  readonly #census = new Census();
  readonly #handshakes: TlsHandshakes[] = [];
  #ticketKeys: Uint8Array | null = null;
  #emptied: PromiseWithResolvers<void> | null = null;

  constructor(settings: ConnectionSettings) {
    this.#settings = settings;
    this.#refusing = { ...settings, serve: settings.refuse };
  }

  /** For connections that come from now on. */
  serveBy({
    forwarded,
    http2,
  }: Pick<ConnectionSettings, "http2"> & { readonly forwarded: ForwardedPolicy | null }): void {
    this.#settings = { ...this.#settings, forwarded, http2 };
    this.#refusing = { ...this.#settings, serve: this.#settings.refuse };
    this.#sharedOptions.clear();
  }

  /** Makes TLS anew, for handshakes that come from now on. */
  renewTls(): void {
    for (const handshakes of this.#handshakes) handshakes.renew();
  }

  /**
   * @param publicPort the port clients know this listener by, where no PROXY header says it; null for its own
   * @returns the port it listens on; rejects with the system's error (EADDRINUSE, EACCES …)
   */
  openHttp(address: ListenAddress, publicPort: number | null): Promise<number> {
    const server = createServer({ ...SOCKET_OPTIONS, pauseOnConnect: true });
    return this.#open(server, address, (port) => {
      server.on("connection", (socket) => {
        if (!this.#count(socket, "http")) return;
        const intake = lendTo(socket);
        const { proxyHeaders } = this.#settings;
        if (proxyHeaders.expectedFrom(socket)) {
          proxyHeaders.read(socket, intake, (peer, rest) => {
            this.#accept({ socket, peer, secure: null }, "http", peer?.publicPort ?? publicPort ?? port, intake);
            if (rest.length > 0) intake.take(rest);
          });
        } else this.#accept({ socket, peer: null, secure: null }, "http", publicPort ?? port, intake);
      });
    });
  }

  /** As `openHttp`, with TLS. @param contexts prepared */
  openHttps(address: ListenAddress, publicPort: number | null, contexts: TlsContexts): Promise<number> {
    const { timeouts } = this.#settings;
    // What comes first may be a PROXY header.
    const server = createServer({ ...SOCKET_OPTIONS, pauseOnConnect: true });
    return this.#open(server, address, (port) => {
      const protocols = (): string[] => (this.#settings.http2 ? ["h2", "http/1.1"] : ["http/1.1"]);
      const onSecure = (socket: TLSSocket, secure: SecureClient, peer: Peer | null): void => {
        const arrival = { socket, peer, secure };
        const reached = peer?.publicPort ?? publicPort ?? port;
        if (socket.alpnProtocol === "h2") this.#acceptHttp2(arrival, "https", reached);
        else this.#accept(arrival, "https", reached, lendTo(socket));
      };
      const handshakes = new TlsHandshakes({ contexts, protocols, timeout: timeouts.tlsHandshake, onSecure });
      if (this.#ticketKeys !== null) handshakes.useTicketKeys(this.#ticketKeys);
      this.#handshakes.push(handshakes);
      server.on("connection", (socket) => this.#arriveForTls(socket, handshakes));
    });
  }

  /** See `DataPlane.useTicketKeys`. */
  useTicketKeys(keys: Uint8Array): void {
    this.#ticketKeys = keys;
    for (const handshakes of this.#handshakes) handshakes.useTicketKeys(keys);
  }

  /** TLS begins behind the PROXY header, where there must be one. */
  #arriveForTls(socket: Socket, handshakes: TlsHandshakes): void {
    if (!this.#count(socket, "https")) return;
    socket.on("error", () => {});
    const { proxyHeaders } = this.#settings;
    if (!proxyHeaders.expectedFrom(socket)) return this.#beginTls(socket, null, handshakes);
    proxyHeaders.read(socket, streamIntake(socket), (peer, rest) => {
      socket.removeAllListeners("data").pause();
      if (rest.length > 0) socket.unshift(rest);
      this.#beginTls(socket, peer, handshakes);
    });
  }

  #beginTls(socket: Socket, peer: Peer | null, handshakes: TlsHandshakes): void {
    const mayPass = (): boolean => this.#settings.ending() !== "leaving" && this.#settingsNow === this.#settings;
    beginTls(socket, peer, handshakes, this.#settings, mayPass);
  }

  /** Open downstream connections, those in a handshake included. */
  get connectionCount(): number {
    return this.#sockets.size;
  }

  /** What came and what is there, since the start; for metrics. */
  counts(): ConnectionCounts {
    let idle = 0;
    for (const connection of this.#connections) if (connection.idle) idle += 1;
    for (const session of this.#sessions) if (session.idle) idle += 1;
    return {
      ...this.#census.counts,
      open: this.#sockets.size,
      idle,
      tls: this.#handshakes.map((handshakes) => handshakes.counts),
    };
  }

  /** Sends away who is being served; who is idle may ask once more. */
  announce(): void {
    for (const session of this.#sessions) if (!session.idle) session.close();
  }

  stopAccepting(): void {
    for (const server of this.#servers.splice(0)) server.close();
  }

  closeIdle(): void {
    this.#settings.proxyHeaders.closeWaiting();
    for (const connection of this.#connections) if (connection.idle) connection.destroy();
    for (const session of this.#sessions) session.close();
  }

  /** Resolves when no connection is open. */
  async emptied(): Promise<void> {
    if (this.#sockets.size === 0) return;
    this.#emptied ??= Promise.withResolvers();
    await this.#emptied.promise;
  }

  /** Lets connections go soon on which no request is being served or has begun. */
  hurryIdle(): void {
    for (const connection of this.#connections) connection.hurry();
    for (const session of this.#sessions) session.hurry();
  }

  /** Ends everything at once. */
  close(): void {
    this.stopAccepting();
    for (const socket of this.#sockets) socket.destroy();
  }

  #open(server: Server, address: ListenAddress, opened: (port: number) => void): Promise<number> {
    return new Promise((resolve, fail) => {
      const { host, port, handle } = address;
      // Of a socket that was bound elsewhere Node does not say what it was bound to.
      const reject = (error: Error): void =>
        fail(handle === undefined ? error : Object.assign(error, { address: host, port }));
      server.once("error", reject);
      const listening = (): void => {
        server.off("error", reject);
        // Running out of file descriptors is reported here; the listener goes on when there are some again.
        server.on("error", () => {});
        this.#servers.push(server);
        const { port } = server.address() as AddressInfo;
        opened(port);
        resolve(port);
      };
      if (handle === undefined) server.listen({ host, port, exclusive: true, backlog: BACKLOG }, listening);
      else server.listen(handle, BACKLOG, listening);
    });
  }

  /** @returns false for a socket that is one too many */
  #count(socket: Socket, listener: "http" | "https"): boolean {
    this.#census.arrived(listener);
    if (this.#total >= this.#settings.limits.connections * WITH_REFUSED) {
      this.#census.turnedAway();
      socket.destroy();
      return false;
    }
    this.#sockets.add(socket);
    socket.on("close", () => {
      this.#sockets.delete(socket);
      if (this.#sockets.size > 0) return;
      this.#emptied?.resolve();
      this.#emptied = null;
    });
    return true;
  }

  #accept(arrival: Arrival, scheme: "http" | "https", listenerPort: number, intake: Intake): void {
    if (arrival.socket.destroyed) return;
    const options = this.#optionsOf(scheme, listenerPort, arrival.peer);
    this.#connections.add(new DownstreamConnection(arrival, options, intake));
    this.#census.began(scheme, "http1");
  }

  /** One object for all connections that have nothing of their own: it would be a tenth of what an idle one takes in memory. */
  #optionsOf(scheme: "http" | "https", listenerPort: number, peer: Peer | null): DownstreamOptions {
    const settings = this.#settingsNow;
    if (peer !== null || settings !== this.#settings) return this.#makeOptions(settings, scheme, listenerPort, peer);
    const key = `${scheme} ${listenerPort}`;
    const shared = this.#sharedOptions.get(key) ?? this.#makeOptions(settings, scheme, listenerPort, null);
    this.#sharedOptions.set(key, shared);
    return shared;
  }

  #makeOptions(
    settings: ConnectionSettings,
    scheme: "http" | "https",
    listenerPort: number,
    peer: Peer | null,
  ): DownstreamOptions {
    const onClosed = (closed: DownstreamConnection): void => {
      if (this.#connections.delete(closed)) this.#census.ended(scheme, "http1");
    };
    const options = { ...settings, scheme, listenerPort, peer, onClosed };
    if (!settings.http2 || scheme === "https") return options;
    return {
      ...options,
      onPreface: (socket, received) =>
        this.#acceptHttp2({ socket, peer, secure: null }, "http", listenerPort, received),
    };
  }

  /** Beyond the limit a client is told so, as long as there are not too many to tell. */
  get #settingsNow(): ConnectionSettings {
    return this.#total > this.#settings.limits.connections ? this.#refusing : this.#settings;
  }

  get #total(): number {
    return this.#sockets.size + this.#settings.elsewhere();
  }

  #acceptHttp2(arrival: Arrival, scheme: "http" | "https", listenerPort: number, received?: Buffer): void {
    const { socket, peer } = arrival;
    if (socket.destroyed) return;
    const onClosed = (closed: DownstreamSession): void => {
      if (this.#sessions.delete(closed)) this.#census.ended(scheme, "http2");
    };
    const options = { ...this.#settingsNow, scheme, listenerPort, peer, onClosed };
    this.#sessions.add(new DownstreamSession(arrival, options, received));
    this.#census.began(scheme, "http2");
  }
}

/** A connection of which nothing was served yet. */
interface Arrival extends Arrived {
  /** Whom it is from, where that is known better; null: from whom the socket is. */
  readonly peer: Peer | null;
}

/** Connections that wait to be accepted. */
const BACKLOG = 4096;

/** Connections that are accepted, of those that are served. */
const WITH_REFUSED = 1.05;

/** A paused half is still seen; small writes are not held back for an acknowledgement. */
const SOCKET_OPTIONS = { allowHalfOpen: true, noDelay: true, keepAlive: true, keepAliveInitialDelay: 30_000 };
