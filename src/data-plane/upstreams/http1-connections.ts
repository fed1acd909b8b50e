import type { Failed } from "../exchange/failure.ts";
import { UpstreamConnection } from "../http1/upstream-connection.ts";
import type { ConnectionsSurroundings, EndpointConnections, WhenCancellable } from "./endpoint-connections.ts";

/** Connections of HTTP/1 to one endpoint: each has one request at a time, and is kept for another. */
export class Http1Connections implements EndpointConnections {
  readonly #surroundings: ConnectionsSurroundings;
  /** Last in, first out: the others get old enough to be closed. */
  readonly #idle: UpstreamConnection[] = [];
  readonly #connections = new Set<UpstreamConnection>();
  #keeps = true;

  constructor(surroundings: ConnectionsSurroundings) {
    this.#surroundings = surroundings;
  }

  get busy(): number {
    return this.#connections.size - this.#idle.length;
  }

  get idle(): number {
    return this.#idle.length;
  }

  takeIdle(): UpstreamConnection | null {
    return this.#idle.pop() ?? null;
  }

  async connect(timeout: number, whenCancellable: WhenCancellable): Promise<UpstreamConnection> {
    const { socket, intake } = await this.#surroundings.open(timeout, whenCancellable);
    const options = {
      ...this.#surroundings,
      onIdle: (free: UpstreamConnection) => this.#keep(free),
      onClosed: (closed: UpstreamConnection) => this.#forget(closed),
      onOutcome: (connection: UpstreamConnection, outcome: "answered" | "complete" | Failed) =>
        this.#learn(connection, outcome),
    };
    const connection = new UpstreamConnection(socket, options, intake);
    this.#connections.add(connection);
    return connection;
  }

  closeIdle(): void {
    for (const connection of this.#idle.splice(0)) connection.retire();
  }

  eject(): void {
    this.closeIdle();
  }

  retire(): void {
    this.#keeps = false;
    this.closeIdle();
  }

  close(why: Failed): void {
    this.retire();
    for (const connection of this.#connections) connection.abort(why);
  }

  #learn(connection: UpstreamConnection, outcome: "answered" | "complete" | Failed): void {
    // A pooled connection may be closed at any time: the endpoint is well, as far as that goes.
    const stale = typeof outcome === "object" && outcome.failure === "upstream_reset" && connection.served > 1;
    if (!stale) this.#surroundings.onOutcome(outcome, connection.sentAt);
  }

  #forget(connection: UpstreamConnection): void {
    this.#connections.delete(connection);
    const at = this.#idle.indexOf(connection);
    if (at >= 0) this.#idle.splice(at, 1);
  }

  #keep(connection: UpstreamConnection): void {
    const { limits, mayKeep } = this.#surroundings;
    if (!this.#keeps || !mayKeep() || this.#idle.length >= limits.idleConnectionsPerEndpoint) connection.retire();
    else this.#idle.push(connection);
  }
}
