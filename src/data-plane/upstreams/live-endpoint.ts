import type { UpstreamProtocol } from "../../snapshot/upstream.ts";
import type { Deadlines } from "../deadlines.ts";
import { Failed } from "../exchange/failure.ts";
import { UpstreamConnection } from "../http1/upstream-connection.ts";
import type { Limits, Timeouts } from "../limits.ts";
import { connect } from "./connect.ts";

/** What all endpoints of a data plane share. */
export interface EndpointSurroundings {
  readonly deadlines: Deadlines;
  readonly limits: Limits;
  readonly timeouts: Timeouts;
}

/** One address of an upstream, with its open connections. Lives as long as a snapshot lists it. */
export class LiveEndpoint {
  readonly address: string;
  readonly port: number;
  /** "10.0.0.7:8080", "[fd00::7]:8080" */
  readonly name: string;
  readonly #protocol: UpstreamProtocol;
  readonly #surroundings: EndpointSurroundings;
  /** Last in, first out: the others get old enough to be closed. */
  readonly #idle: UpstreamConnection[] = [];
  readonly #connections = new Set<UpstreamConnection>();
  #tlsSession: Buffer | undefined;
  #retired = false;

  constructor(address: string, port: number, protocol: UpstreamProtocol, surroundings: EndpointSurroundings) {
    this.address = address;
    this.port = port;
    this.name = address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`;
    this.#protocol = protocol;
    this.#surroundings = surroundings;
  }

  /** A pooled connection, or null. */
  takeIdle(): UpstreamConnection | null {
    return this.#idle.pop() ?? null;
  }

  /**
   * Opens a connection.
   * @param timeout milliseconds for TCP and TLS together
   * @param whenCancellable gets a function that gives up the attempt with a failure
   */
  async connect(
    timeout: number,
    whenCancellable: (cancel: (failure: Failed) => void) => void,
  ): Promise<UpstreamConnection> {
    const { socket, intake } = await connect({
      host: this.address,
      port: this.port,
      tls:
        this.#protocol === "https"
          ? { session: this.#tlsSession, onSession: (session) => (this.#tlsSession = session) }
          : null,
      timeout,
      deadlines: this.#surroundings.deadlines,
      whenCancellable,
    });
    const options = {
      ...this.#surroundings,
      onIdle: (free: UpstreamConnection) => this.#keep(free),
      onClosed: (closed: UpstreamConnection) => this.#forget(closed),
    };
    const connection = new UpstreamConnection(socket, options, intake);
    this.#connections.add(connection);
    return connection;
  }

  /** The snapshot lists it no longer: idle connections close now, busy ones after their exchange. */
  retire(): void {
    this.#retired = true;
    for (const connection of this.#idle.splice(0)) connection.retire();
  }

  /** Closes everything at once. */
  close(): void {
    this.retire();
    for (const connection of this.#connections)
      connection.abort(new Failed("internal_error", "the gateway is closing"));
  }

  #forget(connection: UpstreamConnection): void {
    this.#connections.delete(connection);
    const at = this.#idle.indexOf(connection);
    if (at >= 0) this.#idle.splice(at, 1);
  }

  #keep(connection: UpstreamConnection): void {
    if (this.#retired || this.#idle.length >= this.#surroundings.limits.idleConnectionsPerEndpoint) connection.retire();
    else this.#idle.push(connection);
  }
}
