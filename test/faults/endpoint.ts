import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";

/** What an endpoint does with a request that has come whole; null for the right thing. */
export type Misbehaviour = (answer: string, response: ServerResponse, socket: Socket) => void;

/** An upstream's endpoint that can be told to misbehave, and to be gone. */
export class Endpoint {
  misbehaviour: Misbehaviour | null = null;
  /** How often each id was delivered. */
  readonly deliveries = new Map<string, number>();
  readonly #sockets = new Set<Socket>();
  readonly #host: string;
  #server: Server;
  #port = 0;

  static async start(host = "127.0.0.1"): Promise<Endpoint> {
    const endpoint = new Endpoint(host);
    await endpoint.open();
    return endpoint;
  }

  constructor(host: string) {
    this.#host = host;
    this.#server = this.#make();
  }

  get port(): number {
    return this.#port;
  }

  /** Listens, on the port it had before. */
  async open(): Promise<void> {
    this.#server = this.#make();
    this.#server.listen(this.#port, this.#host);
    await once(this.#server, "listening");
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  /** Refuses connections, and resets those that are open. */
  async close(): Promise<void> {
    this.#server.close();
    for (const socket of this.#sockets) socket.resetAndDestroy();
    await once(this.#server, "close");
  }

  /** Takes no more connections, finishes what it was asked, and closes those that are idle, as a well-made server does at its end. */
  async leave(): Promise<void> {
    const closed = once(this.#server, "close");
    this.#server.close();
    await closed;
  }

  #make(): Server {
    const server = createServer(
      { keepAliveTimeout: 60_000 },
      (request, response) => void this.#serve(request, response),
    );
    server.on("connection", (socket) => {
      this.#sockets.add(socket);
      socket.on("error", () => {});
      socket.on("close", () => this.#sockets.delete(socket));
    });
    return server;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const id = (request.url ?? "").slice(1);
    this.deliveries.set(id, (this.deliveries.get(id) ?? 0) + 1);
    const hash = createHash("sha256");
    request.on("error", () => {});
    response.on("error", () => {});
    request.on("data", (piece: Buffer) => hash.update(piece));
    await new Promise<void>((resolve) => request.on("close", resolve).on("end", resolve));
    if (response.destroyed) return;
    const answer = `${id} ${hash.digest("hex")}`;
    if (this.misbehaviour === null) response.end(answer);
    else this.misbehaviour(answer, response, request.socket);
  }
}

/** How many requests were delivered more than once, over all endpoints. */
export function deliveredTwice(endpoints: readonly Endpoint[], ids: readonly string[]): number {
  const times = (id: string): number => endpoints.reduce((sum, { deliveries }) => sum + (deliveries.get(id) ?? 0), 0);
  return ids.filter((id) => times(id) > 1).length;
}
