// Serves requests by the current snapshot.
// In: snapshots, sockets of clients. Out: responses, and one finished exchange a request.
// Never: a Kubernetes object, a wait for the control plane, a change to an established connection.
import type { Route } from "../snapshot/route.ts";
import { emptySnapshot } from "../snapshot/seal.ts";
import type { RoutingSnapshot } from "../snapshot/snapshot.ts";
import { systemClock } from "./clock.ts";
import type { DataPlaneOptions, ForwardedHeaders } from "./data-plane-options.ts";
import { Deadlines } from "./deadlines.ts";
import { drain, type DrainTimes } from "./drain.ts";
import type { Downstream, Exchange } from "./exchange/exchange.ts";
import type { Handler } from "./exchange/handler.ts";
import { Failed } from "./exchange/failure.ts";
import { LiveSettings } from "./live-settings.ts";
import type { ConnectionCounts } from "./listeners/census.ts";
import { Listeners } from "./listeners/listeners.ts";
import { ProxyHeaders } from "./listeners/proxy-headers.ts";
import { TlsContexts } from "./listeners/tls-contexts.ts";
import { HeldBytes } from "./middleware/held-bytes.ts";
import type { Ending } from "./http1/downstream-surroundings.ts";
import { collectGarbage } from "./overload/collect-garbage.ts";
import { memoryUse } from "./overload/memory-use.ts";
import { Overload } from "./overload/overload.ts";
import { routeHandler, type RouteSurroundings } from "./proxy/act.ts";
import { misdirected } from "./proxy/misdirected.ts";
import { serve } from "./proxy/proxy.ts";
import { explain, type Explanation } from "./route-table/explain.ts";
import { RouteTable } from "./route-table/route-table.ts";
import type { StreamStatus } from "./streams/stream-status.ts";
import type { SocketHandle } from "./streams/handed-sockets.ts";
import { Streams } from "./streams/streams.ts";
import { tell } from "./tell.ts";
import type { UpstreamStatus } from "./upstreams/upstream-status.ts";
import { Upstreams } from "./upstreams/upstreams.ts";

export type { DataPlaneOptions, ForwardedHeaders };

/** The ports a data plane listens on. */
export interface OpenPorts {
  readonly http: number | null;
  readonly https: number | null;
}

/** What a data plane counts of itself. Requests are counted by who hears `onFinished`. */
export interface DataPlaneCounts {
  readonly connections: ConnectionCounts;
  /** Clients of TCP and UDP services, now. */
  readonly streamClients: number;
  /** Of new requests, how many are refused since there is too much to do: 0 to 1. */
  readonly refusedShare: number;
}

export class DataPlane {
  readonly #options: DataPlaneOptions;
  readonly #settings: LiveSettings;
  readonly #deadlines: Deadlines;
  readonly #upstreams: Upstreams;
  readonly #listeners: Listeners;
  readonly #overload: Overload;
  readonly #contexts: TlsContexts | null;
  readonly #streams: Streams;
  readonly #surroundings: RouteSurroundings;
  #snapshot: RoutingSnapshot = emptySnapshot();
  #table: RouteTable<Handler>;
  #ports: OpenPorts = { http: null, https: null };
  #ending: Ending = "not";
  readonly #closed = new AbortController();

  /** @throws {Error} when `https` is given without `defaultCertificate`, or a trusted range is none */
  constructor(options: DataPlaneOptions) {
    this.#options = options;
    this.#settings = new LiveSettings(options);
    const { limits, timeouts, trusted } = this.#settings;
    const clock = options.clock ?? systemClock;
    this.#deadlines = new Deadlines(clock);
    const shared = { deadlines: this.#deadlines, limits, timeouts };
    const { onHealthChange } = options;
    const watched = onHealthChange === undefined ? shared : { ...shared, onHealthChange };
    this.#upstreams = new Upstreams(watched, options.allowLoopbackNames ?? false);
    this.#contexts = makeContexts(options);
    this.#surroundings = {
      limits,
      timeouts: { connect: timeouts.connect, read: timeouts.upstreamRead, send: timeouts.upstreamWrite },
      upstreamNamed: (name) => this.#upstreams.get(name),
      heldBytes: new HeldBytes(Math.min(limits.heldBytes, limits.memoryBytes / 8)),
      publicHttpsPort: () => options.publicPorts?.https ?? this.#ports.https,
    };
    this.#table = new RouteTable(this.#snapshot, () => NEVER);
    const { onStarted, onFinished, onStreamFinished } = options;
    const onProblem = (message: string): void => options.onProblem?.(message);
    const expected = (): boolean => this.#settings.proxyProtocol;
    const finished = (exchange: Exchange): void => tell(onFinished, exchange, onProblem);
    // The table that is current now serves this request to its end.
    const begin: Begin = (exchange, downstream) =>
      void serve(exchange, this.#table, downstream, finished, this.#refusal(exchange));
    this.#listeners = new Listeners({
      ...shared,
      strictPaths: options.strictPaths ?? false,
      proxyHeaders: new ProxyHeaders({ expected, trusted, deadlines: this.#deadlines, timeouts, onProblem }),
      forwarded: this.#settings.forwarded,
      http2: this.#settings.http2,
      readsHello: () => this.#table.asksForCertificates || this.#table.passesThrough,
      askedOf: (serverName) => this.#table.askedOf(serverName),
      passthroughOf: (serverName) => this.#table.passthroughOf(serverName),
      passThrough: (client, passthrough) => this.#streams.passThrough(client, passthrough),
      ending: () => this.#ending,
      serve: beginning(onStarted, begin),
      elsewhere: () => this.#streams.connectionCount,
      refuse: (exchange, downstream) =>
        void serve(exchange, this.#table, downstream, finished, new Failed("overloaded", "too many connections")),
    });
    this.#overload = new Overload({
      clock,
      limits,
      timeouts,
      meters: {
        memory: () => memoryUse(limits.memoryBytes, options.containerMemory?.() ?? null),
        connections: () => this.connectionCount,
      },
      collect: collectGarbage,
      onExhausted: (why) => options.onExhausted?.(why),
      onPressure: () => this.#listeners.hurryIdle(),
      onChange: (why) =>
        onProblem(why === null ? "no requests are refused any more" : `some new requests are refused with 503: ${why}`),
    });
    this.#streams = new Streams({
      ...shared,
      trusted,
      upstreamNamed: (name) => this.#upstreams.get(name),
      mayAccept: () => this.#ending !== "leaving" && this.connectionCount < limits.connections,
      onFinished: (record) => tell(onStreamFinished, record, onProblem),
      onProblem,
    });
  }

  /** Opens the listeners. Rejects with the system's error when one cannot be opened; then none stays open. */
  async listen(): Promise<OpenPorts> {
    const { http, https, publicPorts } = this.#options;
    await this.#contexts?.prepare();
    try {
      const httpPort = http === undefined ? null : await this.#listeners.openHttp(http, publicPorts?.http ?? null);
      this.#ports = { http: httpPort, https: null };
      if (https !== undefined && this.#contexts !== null) {
        const httpsPort = await this.#listeners.openHttps(https, publicPorts?.https ?? null, this.#contexts);
        this.#ports = { http: httpPort, https: httpsPort };
      }
    } catch (error) {
      this.#listeners.close();
      throw error;
    }
    if (this.#options.streams !== undefined) await this.#streams.listen(this.#options.streams);
    return this.#ports;
  }

  /**
   * Serves the next requests by this snapshot; running ones go on by theirs.
   * @throws {Error} when the snapshot names a middleware that does not exist, or a trusted range that is none; nothing is changed then
   */
  apply(snapshot: RoutingSnapshot): void {
    const same = snapshot.revisions.virtualHosts === this.#snapshot.revisions.virtualHosts;
    const targetOf = (route: Route): Handler => routeHandler(route, this.#surroundings);
    const table = same ? this.#table : new RouteTable(snapshot, targetOf, this.#table);
    const changed = this.#settings.adopt(snapshot);
    if (changed.has("proxies") || changed.has("http2")) this.#listeners.serveBy(this.#settings);
    if (changed.has("tls")) this.#contexts?.use(this.#settings.tls);
    if (changed.has("tls") || changed.has("http2")) this.#listeners.renewTls();
    this.#upstreams.apply(snapshot);
    this.#contexts?.apply(snapshot);
    this.#streams.apply(snapshot.streams ?? []);
    this.#table = table;
    this.#snapshot = snapshot;
  }

  /**
   * Makes session tickets with these keys from now on, and accepts those alone: data planes with the same keys resume each other's sessions.
   * Never called: TLS makes keys of its own, once.
   * @param keys 48 random octets
   */
  useTicketKeys(keys: Uint8Array): void {
    this.#listeners.useTicketKeys(keys);
  }

  /** Why a host and a path are served by what they are served by. @param path as on a request line, without query */
  explain(host: string, path: string): Explanation {
    return explain(this.#snapshot, host, path);
  }

  /** The upstreams with their endpoints as they are now. */
  upstreamStatus(): readonly UpstreamStatus[] {
    return this.#upstreams.status();
  }

  /** Takes the bound socket of a TCP or UDP service, where `streams.handed` says that they come so. @param name as in the snapshot */
  takeStream(name: string, handle: SocketHandle): void {
    this.#streams.take(name, handle);
  }

  /** The TCP and UDP services, and the ports they listen on. */
  streamStatus(): readonly StreamStatus[] {
    return this.#streams.status();
  }

  /** Open downstream connections, and clients of UDP services. */
  get connectionCount(): number {
    return this.#listeners.connectionCount + this.#streams.clientCount;
  }

  /** What came and went since the start; for metrics. */
  counts(): DataPlaneCounts {
    const { clientCount } = this.#streams;
    return { connections: this.#listeners.counts(), streamClients: clientCount, refusedShare: this.#overload.share };
  }

  /** The virtual host that serves a host name: its own, "*.example.com", "*" for rules without host; null where there is none. */
  virtualHostFor(host: string): string | null {
    return this.#table.virtualHostFor(host);
  }

  /**
   * Lets clients go, step by step (see drain.ts), and closes. A second call has its own times, and those that come first count.
   * @param times the grace alone, in milliseconds, or all times
   */
  async drain(times: number | DrainTimes): Promise<void> {
    const all: DrainTimes = typeof times === "number" ? { grace: times } : times;
    const steps = {
      announce: () => {
        if (this.#ending === "not") this.#ending = "announced";
        this.#listeners.announce();
      },
      stopAccepting: () => {
        this.#listeners.stopAccepting();
        this.#streams.stopAccepting(all.succeeded ?? false);
      },
      closeIdle: () => {
        this.#ending = "leaving";
        this.#listeners.closeIdle();
      },
      emptied: async () => void (await Promise.all([this.#listeners.emptied(), this.#streams.emptied()])),
    };
    await drain(steps, all, this.#closed.signal);
    this.close();
  }

  /** Why a request is not served that is as it should be. */
  #refusal(exchange: Exchange): Failed | null {
    if (exchange.secure === null) return this.#overload.refusal();
    const certificateFor = (serverName: string): string | null => this.#contexts?.certificateFor(serverName) ?? null;
    return this.#overload.refusal() ?? misdirected(exchange, this.#table, certificateFor);
  }

  /** Ends everything at once. */
  close(): void {
    this.#ending = "leaving";
    this.#closed.abort();
    this.#listeners.close();
    this.#streams.close();
    this.#upstreams.close();
    this.#contexts?.close();
    this.#overload.close();
    this.#deadlines.close();
  }
}

/** Serves a new exchange. */
type Begin = (exchange: Exchange, downstream: Downstream) => void;

/** Exactly `begin` where nobody is to be told: then a request pays nothing for it. */
function beginning(onStarted: DataPlaneOptions["onStarted"], begin: Begin): Begin {
  if (onStarted === undefined) return begin;
  return (exchange, downstream) => {
    onStarted(exchange);
    begin(exchange, downstream);
  };
}

function makeContexts(options: DataPlaneOptions): TlsContexts | null {
  if (options.https === undefined) return null;
  if (options.defaultCertificate === undefined) throw new Error("https needs defaultCertificate");
  const { defaultCertificate, onProblem } = options;
  return new TlsContexts({ defaultCertificate, ...(onProblem === undefined ? {} : { onProblem }) });
}

/** The empty table has no routes to compile. */
const NEVER: Handler = () => Promise.reject(new Error("the empty snapshot has no routes"));
