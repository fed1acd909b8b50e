// TCP and UDP services: ports whose octets or datagrams are forwarded as they are.
// In: the streams of a snapshot, again and again. Out: clients joined to endpoints, and one finished record each.
// Never: a look at what is said; an established connection ended because a snapshot came.
import type { Socket } from "node:net";
import type { StreamService } from "../../snapshot/stream-service.ts";
import { serveTcp } from "./serve-tcp.ts";
import { StreamPort } from "./stream-port.ts";
import type { StreamStatus } from "./stream-status.ts";
import type { StreamSurroundings } from "./surroundings.ts";
import { UdpSessions } from "./udp-sessions.ts";

export class Streams {
  readonly #surroundings: StreamSurroundings;
  readonly #clients = new Set<Socket>();
  readonly #sessions: UdpSessions;
  readonly #ports = new Map<string, StreamPort>();
  #services: readonly StreamService[] = [];
  #host: string | null = null;
  #emptied: PromiseWithResolvers<void> | null = null;

  constructor(surroundings: StreamSurroundings) {
    this.#surroundings = surroundings;
    this.#sessions = new UdpSessions(surroundings.limits.udpSessions);
  }

  /** Clients that are being served, of TCP and of UDP. */
  get clientCount(): number {
    return this.#clients.size + this.#sessions.size;
  }

  /** Begins to listen, on this address, for what was applied and will be. Resolves when each port is open or known to be busy. */
  async listen(host: string): Promise<void> {
    this.#host = host;
    await this.#follow();
  }

  /** Serves the next clients by these; a port that stays is not closed in between. */
  apply(services: readonly StreamService[]): void {
    this.#services = services;
    void this.#follow();
  }

  status(): StreamStatus[] {
    return [...this.#ports.values()].map((port) => port.status());
  }

  /** Accepts no more connections; clients of UDP are still heard, so that their answers are. */
  stopAccepting(): void {
    this.#host = null;
    for (const port of this.#ports.values()) if (port.service.protocol === "tcp") port.stopListening();
  }

  /** Resolves when connections are over and no client of UDP waits for an answer. */
  async emptied(): Promise<void> {
    if (this.#clients.size > 0) await (this.#emptied ??= Promise.withResolvers()).promise;
    await this.#sessions.untilAnswered();
  }

  /** Ends everything at once. */
  close(): void {
    this.#host = null;
    for (const port of this.#ports.values()) port.close();
    this.#ports.clear();
    for (const client of this.#clients) client.destroy();
  }

  async #follow(): Promise<void> {
    if (this.#host === null) return;
    const wanted = new Map(this.#services.map((service) => [`${service.protocol} ${service.port}`, service]));
    for (const [key, port] of this.#ports) {
      if (wanted.has(key)) continue;
      this.#ports.delete(key);
      port.close();
    }
    const opening: Promise<void>[] = [];
    for (const [key, service] of wanted) {
      const present = this.#ports.get(key);
      if (present !== undefined) {
        present.service = service;
        continue;
      }
      const accept = (socket: Socket, current: StreamService): void => this.#accept(socket, current);
      const port = new StreamPort(service, this.#host, this.#surroundings, this.#sessions, accept);
      this.#ports.set(key, port);
      opening.push(port.listen());
    }
    await Promise.all(opening);
  }

  #accept(client: Socket, service: StreamService): void {
    if (!this.#surroundings.mayAccept()) return void client.destroy();
    this.#clients.add(client);
    client.on("close", () => {
      this.#clients.delete(client);
      if (this.#clients.size > 0) return;
      this.#emptied?.resolve();
      this.#emptied = null;
    });
    void serveTcp(client, service, this.#surroundings);
  }
}
