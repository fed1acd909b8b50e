import type { Socket } from "node:net";
import { describeOrigin } from "../../snapshot/origin.ts";
import type { StreamService } from "../../snapshot/stream-service.ts";
import type { Expiring } from "../deadlines.ts";
import type { OpenPort } from "./open-port.ts";
import type { StreamStatus } from "./stream-status.ts";
import type { StreamSurroundings } from "./surroundings.ts";
import { openTcpPort } from "./tcp-port.ts";
import { UdpClients } from "./udp-clients.ts";
import { openUdpPort } from "./udp-port.ts";
import type { UdpSessions } from "./udp-sessions.ts";

/** Milliseconds until a port that cannot be had is tried again. */
const RETRY = 5_000;

/** The port of one stream service. One that is busy is said so once, and tried again until it is free. */
export class StreamPort implements Expiring {
  deadline = Infinity;
  /** What the next connections are served by. */
  service: StreamService;
  readonly #host: string;
  readonly #surroundings: StreamSurroundings;
  readonly #accept: (socket: Socket, service: StreamService) => void;
  readonly #clients: UdpClients;
  #open: OpenPort | null = null;
  #problem: string | null = null;
  #closed = false;

  /** @param accept gets each TCP connection, paused */
  constructor(
    service: StreamService,
    host: string,
    surroundings: StreamSurroundings,
    sessions: UdpSessions,
    accept: (socket: Socket, service: StreamService) => void,
  ) {
    this.service = service;
    this.#host = host;
    this.#surroundings = surroundings;
    this.#accept = accept;
    this.#clients = new UdpClients(surroundings, sessions);
    surroundings.deadlines.add(this);
  }

  /** Resolves when the port is open, or has turned out not to be had for now. */
  async listen(): Promise<void> {
    try {
      const open = await this.#tryOpen();
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

  /** Accepts no more; what is established goes on, but for UDP, which knows no connection. */
  stopListening(): void {
    this.#closed = true;
    this.#surroundings.deadlines.delete(this);
    this.#open?.close();
  }

  /** As `stopListening`, and forgets the clients of UDP. */
  close(): void {
    this.stopListening();
    this.#clients.close();
  }

  status(): StreamStatus {
    return { stream: this.service.name, port: this.#open?.port ?? null, problem: this.#problem };
  }

  #tryOpen(): Promise<OpenPort> {
    const { protocol, port } = this.service;
    if (protocol === "tcp") return openTcpPort(this.#host, port, (socket) => this.#accept(socket, this.service));
    return openUdpPort(this.#host, port, (datagram, client, open) =>
      this.#clients.take(datagram, client, this.service, open),
    );
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
