// TCP and UDP services: ports whose octets or datagrams are forwarded as they are.
// In: the streams of a snapshot, again and again. Out: clients joined to endpoints, and one finished record each.
// Never: a look at what is said; an established connection ended because a snapshot came.
import type { Socket } from "node:net";
import type { Passthrough } from "../../snapshot/route.ts";
import type { StreamService } from "../../snapshot/stream-service.ts";
import { HandedSockets, type SocketHandle } from "./handed-sockets.ts";
import type { OpenPort, PortAddress } from "./open-port.ts";
import { passThrough, type TlsClient } from "./pass-through.ts";
import { serveTcp } from "./serve-tcp.ts";
import type { CurrentStream } from "./stream-port.ts";
import { StreamPorts } from "./stream-ports.ts";
import type { StreamStatus } from "./stream-status.ts";
import type { StreamSurroundings } from "./surroundings.ts";
import { openTcpPort } from "./tcp-port.ts";
import { UdpClients } from "./udp-clients.ts";
import { openUdpPort } from "./udp-port.ts";
import { UdpSessions } from "./udp-sessions.ts";

/** Where the TCP and UDP services of a snapshot listen, each on its own port. */
export interface StreamsAddress {
  /** An IP address or "localhost". */
  readonly host: string;
  /** Their sockets are bound by another process and come one by one; a service is served from when its socket is there. Default false. */
  readonly handed?: boolean;
}

export class Streams {
  readonly #surroundings: StreamSurroundings;
  readonly #clients = new Set<Socket>();
  readonly #passed = new Set<Socket>();
  readonly #sessions: UdpSessions;
  readonly #ports: StreamPorts;
  readonly #handed = new HandedSockets();
  #services: readonly StreamService[] = [];
  #address: StreamsAddress | null = null;
  #emptied: PromiseWithResolvers<void> | null = null;

  constructor(surroundings: StreamSurroundings) {
    this.#surroundings = surroundings;
    this.#sessions = new UdpSessions(surroundings.limits.udpSessions);
    this.#ports = new StreamPorts((stream) => this.#open(stream), surroundings);
  }

  /** Open connections of TCP services. */
  get connectionCount(): number {
    return this.#clients.size;
  }

  /** Clients that are being served, of TCP and of UDP. */
  get clientCount(): number {
    return this.#clients.size + this.#sessions.size;
  }

  /** Begins to listen for what was applied and will be. Resolves when each port is open or known to be busy. */
  async listen(address: StreamsAddress): Promise<void> {
    this.#address = address;
    await this.#follow();
  }

  /** Serves the next clients by these; a port that stays is not closed in between. */
  apply(services: readonly StreamService[]): void {
    this.#services = services;
    void this.#follow();
  }

  /** Takes the socket of a service, which another process has bound. */
  take(name: string, handle: SocketHandle): void {
    this.#handed.put(name, handle);
    void this.#follow();
  }

  /** Joins a TLS connection to an endpoint as it is. The listener it came through counts it, and ends it when everything ends. */
  passThrough(client: TlsClient, passthrough: Passthrough): void {
    this.#track(this.#passed, client.socket, passThrough(client, passthrough, this.#surroundings));
  }

  status(): StreamStatus[] {
    return this.#ports.status();
  }

  /**
   * Accepts no more connections.
   * @param succeeded another process takes what comes to our sockets. Datagrams are left to it too; otherwise clients of UDP are still heard.
   */
  stopAccepting(succeeded: boolean): void {
    this.#address = null;
    this.#ports.stopListening(succeeded ? ["tcp", "udp"] : ["tcp"]);
  }

  /** Resolves when connections are over and no client of UDP waits for an answer. */
  async emptied(): Promise<void> {
    if (this.#clients.size + this.#passed.size > 0) await (this.#emptied ??= Promise.withResolvers()).promise;
    await this.#sessions.untilAnswered();
  }

  /** Ends everything at once. */
  close(): void {
    this.#address = null;
    this.#ports.close();
    this.#handed.close();
    for (const client of this.#clients) client.destroy();
  }

  async #follow(): Promise<void> {
    if (this.#address === null) return;
    if (this.#address.handed !== true) return this.#ports.follow(this.#services);
    const followed = this.#ports.follow(this.#handed.among(this.#services));
    this.#handed.keep(this.#services);
    await followed;
  }

  #open(stream: CurrentStream): Promise<OpenPort> {
    const { protocol, port, name } = stream.service;
    const handle = this.#handed.get(name);
    const address: PortAddress = {
      host: this.#address?.host ?? "",
      port,
      ...(handle === undefined ? {} : { handle }),
    };
    if (protocol === "tcp") return openTcpPort(address, (socket) => this.#accept(socket, stream.service));
    return this.#openUdp(address, stream);
  }

  async #openUdp(address: PortAddress, stream: CurrentStream): Promise<OpenPort> {
    const clients = new UdpClients(this.#surroundings, this.#sessions);
    const open = await openUdpPort(address, (datagram, client, port) =>
      clients.take(datagram, client, stream.service, port),
    );
    return {
      port: open.port,
      stopListening: () => open.stopListening(),
      close() {
        open.close();
        clients.close();
      },
    };
  }

  #accept(client: Socket, service: StreamService): void {
    if (!this.#surroundings.mayAccept()) return void client.destroy();
    this.#track(this.#clients, client, serveTcp(client, service, this.#surroundings));
  }

  /** Over when it is recorded, not when it is closed: a process that ends when all is over must not lose the record. */
  #track(clients: Set<Socket>, client: Socket, served: Promise<void>): void {
    clients.add(client);
    void served.then(() => {
      clients.delete(client);
      if (this.#clients.size + this.#passed.size > 0) return;
      this.#emptied?.resolve();
      this.#emptied = null;
    });
  }
}
