import { createSocket, type Socket } from "node:dgram";
import { isIPv6 } from "node:net";
import type { StreamService } from "../../snapshot/stream-service.ts";
import type { Expiring } from "../deadlines.ts";
import { Failed } from "../exchange/failure.ts";
import { withoutMapping } from "../http/client-address.ts";
import { connectFailure } from "../upstreams/connect-failure.ts";
import type { LiveEndpoint } from "../upstreams/live-endpoint.ts";
import { newStreamRecord, type StreamRecord } from "./stream-record.ts";
import type { StreamSurroundings } from "./surroundings.ts";
import { SEND_QUEUE_BYTES, type UdpClient } from "./udp-port.ts";

/** Datagrams of a client that wait until its endpoint is chosen. */
const WAITING = 16;
const DATAGRAM_LOST = new Set(["EMSGSIZE", "ENOBUFS", "EAGAIN"]);

export interface UdpSessionEvents {
  /** The endpoint's answer, for the client. */
  readonly reply: (datagram: Buffer) => void;
  /** Called once. */
  readonly onClosed: () => void;
}

/** One client of a UDP service: its datagrams go to one endpoint, whose answers come back, until nothing moved for a while. */
export class UdpSession implements Expiring {
  deadline: number;
  /** A datagram was sent that has no answer yet. */
  unanswered = false;
  readonly #record: StreamRecord;
  readonly #surroundings: StreamSurroundings;
  readonly #events: UdpSessionEvents;
  readonly #waiting: Buffer[] = [];
  #endpoint: LiveEndpoint | null = null;
  #socket: Socket | null = null;
  #connected = false;
  #closed = false;
  #sentAt = 0;

  constructor(service: StreamService, client: UdpClient, surroundings: StreamSurroundings, events: UdpSessionEvents) {
    this.#record = newStreamRecord(service, withoutMapping(client.address));
    this.#surroundings = surroundings;
    this.#events = events;
    this.deadline = surroundings.deadlines.after(surroundings.timeouts.udpIdle);
    surroundings.deadlines.add(this);
    this.#open().catch((error: unknown) => this.#fail(Failed.from(error)));
  }

  /** Its endpoint is no longer listed: the client's next datagram needs another. */
  get stale(): boolean {
    return this.#endpoint?.retired === true;
  }

  /** Sends a datagram of the client on; may lose it, as a network may. */
  take(datagram: Buffer): void {
    this.#move();
    this.#record.fromClient += datagram.length;
    this.unanswered = true;
    if (this.#connected) this.#send(datagram);
    else if (this.#waiting.length < WAITING) this.#waiting.push(datagram);
  }

  expire(): void {
    this.close();
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#surroundings.deadlines.delete(this);
    this.#socket?.close();
    this.#record.finishedAt = performance.now();
    this.#events.onClosed();
    this.#surroundings.onFinished(this.#record);
  }

  async #open(): Promise<void> {
    const { service } = this.#record;
    const upstream = this.#surroundings.upstreamNamed(service.upstream);
    if (upstream === undefined) throw new Failed("no_endpoints", `upstream ${service.upstream} is gone`);
    await upstream.resolving();
    if (this.#closed) return;
    const endpoint = upstream.choose([]);
    if (endpoint === null) return;
    this.#endpoint = endpoint;
    this.#record.endpoint = endpoint.name;
    this.#record.attempts = 1;
    const socket = createSocket(isIPv6(endpoint.address) ? "udp6" : "udp4");
    this.#socket = socket;
    this.#sentAt = this.#surroundings.deadlines.now;
    // Connected, so that the system tells us when nobody listens there (ICMP), and lets nobody else answer.
    socket.on("error", (error) => this.#lost(error));
    socket.on("message", (datagram) => this.#answer(datagram));
    socket.connect(endpoint.port, endpoint.address, () => {
      if (this.#closed) return;
      this.#connected = true;
      for (const datagram of this.#waiting.splice(0)) this.#send(datagram);
    });
  }

  #send(datagram: Buffer): void {
    const socket = this.#socket as Socket;
    if (socket.getSendQueueSize() > SEND_QUEUE_BYTES) return;
    this.#sentAt = this.#surroundings.deadlines.now;
    socket.send(datagram, (error) => {
      if (error !== null && error !== undefined) this.#lost(error);
    });
  }

  #answer(datagram: Buffer): void {
    this.#move();
    this.#record.fromUpstream += datagram.length;
    this.unanswered = false;
    this.#endpoint?.health.succeeded(this.#sentAt);
    this.#events.reply(datagram);
  }

  #move(): void {
    this.deadline = this.#surroundings.deadlines.after(this.#surroundings.timeouts.udpIdle);
  }

  #lost(error: NodeJS.ErrnoException): void {
    // Too large for the way it has to go, or the system's queues are full: that datagram's affair.
    if (this.#closed || (this.#connected && DATAGRAM_LOST.has(error.code ?? ""))) return;
    const failed = connectFailure(error, this.#record.endpoint);
    if (!this.stale) this.#endpoint?.health.failed(failed.failure, this.#sentAt);
    this.#fail(failed);
  }

  #fail({ failure, detail }: Failed): void {
    if (this.#closed) return;
    this.#record.failure = failure;
    this.#record.failureDetail = detail;
    this.close();
  }
}
