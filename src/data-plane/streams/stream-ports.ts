import type { StreamService } from "../../snapshot/stream-service.ts";
import { type OpenStream, type PortSurroundings, StreamPort } from "./stream-port.ts";
import type { StreamStatus } from "./stream-status.ts";

/** The ports of stream services, opened and closed as the services come and go. */
export class StreamPorts {
  readonly #open: OpenStream;
  readonly #surroundings: PortSurroundings;
  readonly #ports = new Map<string, StreamPort>();

  constructor(open: OpenStream, surroundings: PortSurroundings) {
    this.#open = open;
    this.#surroundings = surroundings;
  }

  /** Opens what is new and closes what is gone; a port that stays is not closed in between. Resolves when each is open or known to be busy. */
  async follow(services: readonly StreamService[]): Promise<void> {
    const wanted = new Map(services.map((service) => [service.name, service]));
    for (const [name, port] of this.#ports) {
      if (wanted.has(name)) continue;
      this.#ports.delete(name);
      port.close();
    }
    const opening: Promise<void>[] = [];
    for (const [name, service] of wanted) {
      const present = this.#ports.get(name);
      if (present !== undefined) {
        present.service = service;
        continue;
      }
      const port = new StreamPort(service, this.#open, this.#surroundings);
      this.#ports.set(name, port);
      opening.push(port.listen());
    }
    await Promise.all(opening);
  }

  status(): StreamStatus[] {
    return [...this.#ports.values()].map((port) => port.status());
  }

  /** Takes no new clients of these protocols. */
  stopListening(protocols: readonly StreamService["protocol"][]): void {
    for (const port of this.#ports.values()) if (protocols.includes(port.service.protocol)) port.stopListening();
  }

  close(): void {
    for (const port of this.#ports.values()) port.close();
    this.#ports.clear();
  }
}
