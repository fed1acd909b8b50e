import type { StreamService } from "../../snapshot/stream-service.ts";

/** A bound socket of Node's own kind. */
export interface SocketHandle {
  close(): void;
}

/** Sockets of stream services that another process has bound, and keeps open too. */
export class HandedSockets {
  readonly #handles = new Map<string, SocketHandle>();

  /** @param name of the service */
  get(name: string): SocketHandle | undefined {
    return this.#handles.get(name);
  }

  /** A service has one socket: another one for it is given up. */
  put(name: string, handle: SocketHandle): void {
    if (this.#handles.has(name)) handle.close();
    else this.#handles.set(name, handle);
  }

  /** Those of the services that can be listened for. */
  among(services: readonly StreamService[]): StreamService[] {
    return services.filter(({ name }) => this.#handles.has(name));
  }

  /** Gives up the sockets of all other services: a port that nobody serves must not stay taken. */
  keep(services: readonly StreamService[]): void {
    const names = new Set(services.map(({ name }) => name));
    for (const [name, handle] of this.#handles) {
      if (names.has(name)) continue;
      this.#handles.delete(name);
      handle.close();
    }
  }

  close(): void {
    for (const handle of this.#handles.values()) handle.close();
    this.#handles.clear();
  }
}
