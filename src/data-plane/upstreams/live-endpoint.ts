import type { UpstreamProtocol } from "../../snapshot/upstream.ts";
import type { Deadlines } from "../deadlines.ts";
import { Failed } from "../exchange/failure.ts";
import { UpstreamConnection } from "../http1/upstream-connection.ts";
import type { Limits, Timeouts } from "../limits.ts";
import type { Socket } from "node:net";
import { connect, type Opened } from "./connect.ts";
import { connectTcp } from "./connect-tcp.ts";
import type { HealthChange } from "./health/ejection.ts";
import { EndpointHealth, type HealthWatch } from "./health/endpoint-health.ts";
import type { EndpointStatus } from "./upstream-status.ts";

/** What all endpoints of a data plane share. */
export interface EndpointSurroundings {
  readonly deadlines: Deadlines;
  readonly limits: Limits;
  readonly timeouts: Timeouts;
  /** Called when an endpoint is ejected or is back. Must not throw. */
  readonly onHealthChange?: (change: HealthChange) => void;
}

/** One address of an upstream, with its open connections and its health. Lives as long as a snapshot lists it. */
export class LiveEndpoint {
  readonly address: string;
  readonly port: number;
  /** "10.0.0.7:8080", "[fd00::7]:8080" */
  readonly name: string;
  readonly health: EndpointHealth;
  readonly #protocol: UpstreamProtocol;
  readonly #surroundings: EndpointSurroundings;
  /** Last in, first out: the others get old enough to be closed. */
  readonly #idle: UpstreamConnection[] = [];
  readonly #connections = new Set<UpstreamConnection>();
  #connecting = 0;
  #tlsSession: Buffer | undefined;
  #retired = false;

  constructor(
    address: string,
    port: number,
    protocol: UpstreamProtocol,
    surroundings: EndpointSurroundings,
    watch: HealthWatch,
  ) {
    this.address = address;
    this.port = port;
    this.name = address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`;
    this.#protocol = protocol;
    this.#surroundings = surroundings;
    this.health = new EndpointHealth(this.name, watch);
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
    const { socket, intake } = await this.#open(timeout, whenCancellable);
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

  /**
   * Opens a socket for octets that are not HTTP, paused; each side may end its half. To have reached it is all that tells of its health.
   * Rejects with connect_failed or connect_timeout. @param timeout, whenCancellable as of `connect`
   */
  async openTcp(timeout: number, whenCancellable: (cancel: (failure: Failed) => void) => void): Promise<Socket> {
    const { deadlines } = this.#surroundings;
    const since = deadlines.now;
    try {
      const socket = await connectTcp({ host: this.address, port: this.port, timeout, deadlines, whenCancellable });
      if (!this.#retired) this.health.succeeded(since);
      return socket;
    } catch (error) {
      if (!this.#retired) this.#blame(Failed.from(error), since);
      throw error;
    }
  }

  /** The snapshot lists it no longer. */
  get retired(): boolean {
    return this.#retired;
  }

  status(): EndpointStatus {
    const { ejected, failures, tryAt } = this.health;
    return {
      endpoint: this.name,
      ejected,
      triedIn: ejected ? Math.max(0, tryAt - this.#surroundings.deadlines.now) : null,
      failures,
      active: this.#connecting + this.#connections.size - this.#idle.length,
      idle: this.#idle.length,
    };
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

  async #open(timeout: number, whenCancellable: (cancel: (failure: Failed) => void) => void): Promise<Opened> {
    const { deadlines } = this.#surroundings;
    const since = deadlines.now;
    const tls = { session: this.#tlsSession, onSession: (session: Buffer) => void (this.#tlsSession = session) };
    this.#connecting += 1;
    try {
      return await connect({
        host: this.address,
        port: this.port,
        tls: this.#protocol === "https" ? tls : null,
        timeout,
        deadlines,
        whenCancellable,
      });
    } catch (error) {
      if (!this.#retired) this.#blame(Failed.from(error), since);
      throw error;
    } finally {
      this.#connecting -= 1;
    }
  }

  /** Every outcome passes here, also that of a body which is cut off long after its head. */
  #learn(connection: UpstreamConnection, outcome: "answered" | "complete" | Failed): void {
    if (this.#retired) return;
    if (outcome === "complete") this.health.succeeded(connection.sentAt);
    else if (outcome === "answered") this.health.answered(connection.sentAt);
    // A pooled connection may be closed at any time: the endpoint is well, as far as that goes.
    else if (outcome.failure !== "upstream_reset" || connection.served === 1) this.#blame(outcome, connection.sentAt);
  }

  #blame({ failure }: Failed, since: number): void {
    this.health.failed(failure, since);
    // What tries it next shall find out whether it can be reached.
    if (this.health.ejected) for (const connection of this.#idle.splice(0)) connection.retire();
  }

  #forget(connection: UpstreamConnection): void {
    this.#connections.delete(connection);
    const at = this.#idle.indexOf(connection);
    if (at >= 0) this.#idle.splice(at, 1);
  }

  #keep(connection: UpstreamConnection): void {
    if (
      this.#retired ||
      this.health.ejected ||
      this.#idle.length >= this.#surroundings.limits.idleConnectionsPerEndpoint
    )
      connection.retire();
    else this.#idle.push(connection);
  }
}
