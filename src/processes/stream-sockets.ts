import type { Clock } from "../data-plane/clock.ts";
import { Deadlines } from "../data-plane/deadlines.ts";
import type { OpenPort } from "../data-plane/streams/open-port.ts";
import type { CurrentStream } from "../data-plane/streams/stream-port.ts";
import { StreamPorts } from "../data-plane/streams/stream-ports.ts";
import type { StreamStatus } from "../data-plane/streams/stream-status.ts";
import type { StreamService } from "../snapshot/stream-service.ts";
import { type BoundPort, bindPort } from "./bound-ports.ts";
import type { BoundHandle } from "./share-port.ts";
import { bindUdpPort } from "./bound-udp-port.ts";

export interface StreamSocketsOptions {
  /** An IP address or "localhost". */
  readonly host: string;
  /** Workers, and so sockets a port. */
  readonly count: number;
  readonly clock: Clock;
  readonly onProblem: (message: string) => void;
  /** Called with what was bound for a service: workers, from 1, with the socket of each. */
  readonly onBound: (stream: string, handles: ReadonlyMap<number, BoundHandle>) => void;
}

/** The ports of TCP and UDP services, bound for workers and held for those that come later. */
export class StreamSockets {
  readonly #options: StreamSocketsOptions;
  readonly #deadlines: Deadlines;
  readonly #ports: StreamPorts;
  readonly #bound = new Map<string, BoundPort>();

  constructor(options: StreamSocketsOptions) {
    this.#options = options;
    this.#deadlines = new Deadlines(options.clock);
    const { onProblem } = options;
    this.#ports = new StreamPorts((stream) => this.#open(stream), { deadlines: this.#deadlines, onProblem });
  }

  /** Binds what is new, and lets go of what is gone. Resolves when each port is bound or known to be busy. */
  follow(services: readonly StreamService[]): Promise<void> {
    return this.#ports.follow(services);
  }

  /** What is bound now for a worker. @param number from 1 */
  of(number: number): ReadonlyMap<string, BoundHandle> {
    const handles = new Map<string, BoundHandle>();
    for (const [stream, bound] of this.#bound) {
      const handle = bound.handles[number - 1];
      if (handle !== undefined) handles.set(stream, handle);
    }
    return handles;
  }

  status(): StreamStatus[] {
    return this.#ports.status();
  }

  close(): void {
    this.#ports.close();
    this.#deadlines.close();
  }

  async #open({ service }: CurrentStream): Promise<OpenPort> {
    const { host, count, onBound } = this.#options;
    const { name, protocol, port } = service;
    const bound = await (protocol === "tcp" ? bindPort({ host, port }, count) : bindUdpPort({ host, port }, count));
    this.#bound.set(name, bound);
    onBound(name, new Map(bound.handles.map((handle, at) => [at + 1, handle])));
    const close = (): void => {
      if (this.#bound.get(name) === bound) this.#bound.delete(name);
      for (const handle of new Set(bound.handles)) handle.close();
    };
    return { port: bound.port, stopListening: () => {}, close };
  }
}
