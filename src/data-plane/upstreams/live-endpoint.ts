import type { Deadlines } from "../deadlines.ts";
import { Failed } from "../exchange/failure.ts";
import type { Limits, Timeouts } from "../limits.ts";
import type { Socket } from "node:net";
import { connect, type Opened } from "./connect.ts";
import { connectTcp } from "./connect-tcp.ts";
import type { HealthChange } from "./health/ejection.ts";
import type { Carrier, EndpointConnections } from "./endpoint-connections.ts";
import { EndpointHealth, type HealthWatch } from "./health/endpoint-health.ts";
import { Http1Connections } from "./http1-connections.ts";
import { Http2Sessions } from "./http2-sessions.ts";
import type { TlsToUpstream } from "./tls-to-upstream.ts";
import type { EndpointStatus } from "./upstream-status.ts";

/** How an endpoint is spoken to. */
export interface Speech {
  readonly http2: boolean;
  /** Null for plain TCP. */
  readonly tls: TlsToUpstream | null;
}

/** What all endpoints of a data plane share. */
export interface EndpointSurroundings {
  readonly deadlines: Deadlines;
  readonly limits: Limits;
  readonly timeouts: Timeouts;
  /** Called when an endpoint is ejected or is back. Must not throw. */
  readonly onHealthChange?: (change: HealthChange) => void;
  /** No socket can be opened any more: what is open and unused, to whomever, is to be closed. */
  readonly onOutOfSockets?: () => void;
}

/** One address of an upstream, with its open connections and its health. Lives as long as a snapshot lists it. */
export class LiveEndpoint {
  readonly address: string;
  readonly port: number;
  /** "10.0.0.7:8080", "[fd00::7]:8080" */
  readonly name: string;
  readonly health: EndpointHealth;
  readonly #tls: TlsToUpstream | null;
  readonly #http2: boolean;
  readonly #surroundings: EndpointSurroundings;
  readonly #connections: EndpointConnections;
  #connecting = 0;
  #tlsSession: Buffer | undefined;
  #retired = false;

  constructor(address: string, port: number, speech: Speech, surroundings: EndpointSurroundings, watch: HealthWatch) {
    this.address = address;
    this.port = port;
    this.name = address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`;
    this.#tls = speech.tls;
    this.#http2 = speech.http2;
    this.#surroundings = surroundings;
    this.health = new EndpointHealth(this.name, watch);
    const connections = {
      ...surroundings,
      mayKeep: () => !this.health.ejected,
      open: this.#open.bind(this),
      onOutcome: this.#learn.bind(this),
    };
    this.#connections = this.#http2 ? new Http2Sessions(connections) : new Http1Connections(connections);
  }

  /** A pooled connection, or a stream of an open session; null where there is none. */
  takeIdle(): Carrier | null {
    return this.#connections.takeIdle();
  }

  /**
   * Opens a connection, or waits for a session that is being opened.
   * @param timeout milliseconds for TCP and TLS together
   * @param whenCancellable gets a function that gives up the attempt with a failure
   */
  connect(timeout: number, whenCancellable: (cancel: (failure: Failed) => void) => void): Promise<Carrier> {
    return this.#connections.connect(timeout, whenCancellable);
  }

  /**
   * Opens a socket for octets that are not HTTP, paused; each side may end its half. To have reached it is all that tells of its health.
   * Rejects with connect_failed, connect_timeout, out_of_sockets or out_of_ports. @param timeout, whenCancellable as of `connect`
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
      active: this.#connecting + this.#connections.busy,
      idle: this.#connections.idle,
    };
  }

  /** Closes what is open and unused. */
  closeIdle(): void {
    this.#connections.closeIdle();
  }

  /** The snapshot lists it no longer: idle connections close now, busy ones after their exchange. */
  retire(): void {
    this.#retired = true;
    this.#connections.retire();
  }

  /** Closes everything at once. */
  close(): void {
    this.retire();
    this.#connections.close(new Failed("internal_error", "the gateway is closing"));
  }

  async #open(timeout: number, whenCancellable: (cancel: (failure: Failed) => void) => void): Promise<Opened> {
    const { deadlines } = this.#surroundings;
    const since = deadlines.now;
    const settings = this.#tls;
    const onSession = (session: Buffer): void => void (this.#tlsSession = session);
    this.#connecting += 1;
    try {
      return await connect({
        host: this.address,
        port: this.port,
        tls: settings === null ? null : { settings, session: this.#tlsSession, onSession },
        http2: this.#http2,
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
  #learn(outcome: "answered" | "complete" | Failed, since: number): void {
    if (this.#retired) return;
    if (outcome === "complete") this.health.succeeded(since);
    else if (outcome === "answered") this.health.answered(since);
    else this.#blame(outcome, since);
  }

  #blame({ failure }: Failed, since: number): void {
    if (failure === "out_of_sockets") this.#surroundings.onOutOfSockets?.();
    this.health.failed(failure, since);
    // What tries it next shall find out whether it can be reached.
    if (this.health.ejected) this.#connections.eject();
  }
}
