import { describeOrigin } from "../../snapshot/origin.ts";
import type { StreamService } from "../../snapshot/stream-service.ts";
import type { Expiring } from "../deadlines.ts";
import type { OpenPort } from "./open-port.ts";
import type { StreamStatus } from "./stream-status.ts";
import type { StreamSurroundings } from "./surroundings.ts";

/** Milliseconds until a port that cannot be had is tried again. */
const RETRY = 5_000;

/** A service as it is now: what the next connections are served by. */
export interface CurrentStream {
  readonly service: StreamService;
}

/** Opens the port of a service. Rejects with the system's error. */
export type OpenStream = (stream: CurrentStream) => Promise<OpenPort>;

/** What a port is told, and tells. */
export type PortSurroundings = Pick<StreamSurroundings, "deadlines" | "onProblem">;

/** The port of one stream service. One that is busy is said so once, and tried again until it is free. */
export class StreamPort implements Expiring, CurrentStream {
  deadline = Infinity;
  service: StreamService;
  readonly #tryOpen: OpenStream;
  readonly #surroundings: PortSurroundings;
  #open: OpenPort | null = null;
  #problem: string | null = null;
  #closed = false;

  constructor(service: StreamService, open: OpenStream, surroundings: PortSurroundings) {
    this.service = service;
    this.#tryOpen = open;
    this.#surroundings = surroundings;
    surroundings.deadlines.add(this);
  }

  /** Resolves when the port is open, or has turned out not to be had for now. */
  async listen(): Promise<void> {
    try {
      const open = await this.#tryOpen(this);
      if (this.#closed) return open.close();
      this.#open = open;
      if (this.#problem !== null) this.#surroundings.onProblem(`${this.#describe()} is open now`);
      this.#problem = null;
    } catch (error) {
      if (this.#closed) return;
      this.#told(error as NodeJS.ErrnoException);
      this.deadline = this.#surroundings.deadlines.after(RETRY);
    }
  }

  expire(): void {
    void this.listen();
  }

  /** Takes no new clients; what is established goes on. */
  stopListening(): void {
    this.#stop();
    this.#open?.stopListening();
  }

  /** As `stopListening`, and forgets the clients of UDP, which knows no connection. */
  close(): void {
    this.#stop();
    this.#open?.close();
  }

  status(): StreamStatus {
    return { stream: this.service.name, port: this.#open?.port ?? null, problem: this.#problem };
  }

  #stop(): void {
    this.#closed = true;
    this.#surroundings.deadlines.delete(this);
  }

  #told({ code, message }: NodeJS.ErrnoException): void {
    const why = REASONS[code ?? ""] ?? `cannot be opened (${message})`;
    if (why === this.#problem) return;
    this.#problem = why;
    this.#surroundings.onProblem(`${this.#describe()} ${why}: not served; it is tried again every 5 seconds`);
  }

  #describe(): string {
    const { protocol, port, origin } = this.service;
    return `${protocol.toUpperCase()} port ${port} of ${describeOrigin(origin)}`;
  }
}

const REASONS: Readonly<Record<string, string>> = {
  EADDRINUSE: "is busy",
  EACCES: "is not allowed (ports below 1024 need privileges)",
};
