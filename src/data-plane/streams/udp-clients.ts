import type { StreamService } from "../../snapshot/stream-service.ts";
import type { StreamSurroundings } from "./surroundings.ts";
import type { OpenUdpPort, UdpClient } from "./udp-port.ts";
import { UdpSession } from "./udp-session.ts";
import type { UdpSessions } from "./udp-sessions.ts";

/** The clients of one UDP port. */
export class UdpClients {
  readonly #surroundings: StreamSurroundings;
  readonly #all: UdpSessions;
  readonly #sessions = new Map<string, UdpSession>();

  constructor(surroundings: StreamSurroundings, all: UdpSessions) {
    this.#surroundings = surroundings;
    this.#all = all;
  }

  /** A datagram came in. @param service as it is now; a session keeps the one it began with */
  take(datagram: Buffer, client: UdpClient, service: StreamService, port: OpenUdpPort): void {
    const key = `${client.address} ${client.port}`;
    let session = this.#sessions.get(key);
    if (session?.stale === true) session.close();
    session = this.#sessions.get(key) ?? this.#begin(key, client, service, port);
    if (session === undefined) return;
    this.#all.touch(session);
    session.take(datagram);
  }

  close(): void {
    for (const session of this.#sessions.values()) session.close();
  }

  #begin(key: string, client: UdpClient, service: StreamService, port: OpenUdpPort): UdpSession | undefined {
    this.#all.makeRoom();
    if (!this.#surroundings.mayAccept()) return undefined;
    const session = new UdpSession(service, client, this.#surroundings, {
      reply: (datagram) => {
        port.send(datagram, client);
        this.#all.changed(session, false);
      },
      onClosed: () => {
        this.#sessions.delete(key);
        this.#all.changed(session, true);
      },
    });
    this.#sessions.set(key, session);
    return session;
  }
}
