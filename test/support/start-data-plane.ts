import { onTestFinished } from "vitest";
import { DataPlane, type DataPlaneOptions } from "../../src/data-plane/data-plane.ts";
import type { Exchange } from "../../src/data-plane/exchange/exchange.ts";
import type { Certificate } from "../../src/snapshot/certificate.ts";
import type { ClientCertificates } from "../../src/snapshot/client-certificates.ts";
import type { CertificatePair } from "../../src/snapshot/pair.ts";
import type { StreamRecord } from "../../src/data-plane/streams/stream-record.ts";
import type { ForwardAction, MiddlewareSettings, Passthrough, Route, VirtualHost } from "../../src/snapshot/route.ts";
import { seal } from "../../src/snapshot/seal.ts";
import type { ServingSetting } from "../../src/snapshot/serving-setting.ts";
import type { RoutingSnapshot } from "../../src/snapshot/snapshot.ts";
import type { Upstream, UpstreamProtocol } from "../../src/snapshot/upstream.ts";
import type { UpstreamTls } from "../../src/snapshot/upstream-tls.ts";
import { Waiting } from "./waiting.ts";

interface Listening {
  readonly port: number;
}

/** One route in code. Defaults: every path of test.example, plain HTTP. */
export interface RouteSketch {
  readonly host?: string;
  readonly path?: string;
  readonly kind?: "prefix" | "exact";
  /** Serves what no other route of the host does; `path` and `kind` are then of no meaning. */
  readonly byDefault?: boolean;
  /** The endpoints, all on 127.0.0.1. */
  readonly to: Listening | readonly Listening[];
  readonly protocol?: UpstreamProtocol;
  readonly tls?: UpstreamTls;
  readonly timeouts?: NonNullable<ForwardAction["timeouts"]>;
  readonly requestBodyLimit?: number;
  readonly middleware?: readonly MiddlewareSettings[];
}

export interface Gateway {
  readonly dataPlane: DataPlane;
  /** Port of the plain listener. */
  readonly http: number;
  /** Port of the TLS listener; 0 when there is none. */
  readonly https: number;
  /** Finished exchanges, in the order they finished. */
  readonly finished: readonly Exchange[];
  /** Resolves when this many exchanges are finished, with the last of them. */
  finishedCount(count: number): Promise<Exchange>;
  /** Finished TLS connections that were passed through. */
  readonly passed: readonly StreamRecord[];
  passedCount(count: number): Promise<StreamRecord>;
  /** What is absent is as before. */
  apply(
    routes: readonly RouteSketch[],
    passthrough?: PassthroughSketch,
    clientCertificates?: GatewaySketch["clientCertificates"],
    settings?: readonly ServingSetting[],
  ): void;
}

export interface GatewaySketch extends Omit<DataPlaneOptions, "http" | "https" | "defaultCertificate" | "onFinished"> {
  readonly routes: readonly RouteSketch[];
  /** With a default certificate there is a TLS listener too. */
  readonly defaultCertificate?: CertificatePair;
  readonly certificates?: readonly Certificate[];
  /** What the clients of a host are asked for, by host. */
  readonly clientCertificates?: Readonly<Record<string, ClientCertificates>>;
  /** Hosts whose TLS connections are handed on unopened: to endpoints on 127.0.0.1, or why to none. */
  readonly passthrough?: PassthroughSketch;
  readonly settings?: readonly ServingSetting[];
}

export type PassthroughSketch = Readonly<Record<string, readonly Listening[] | string>>;

/** Starts a data plane on free ports of loopback; closed when the test is over. */
export async function startDataPlane(sketch: GatewaySketch): Promise<Gateway> {
  const {
    routes,
    defaultCertificate,
    certificates = [],
    clientCertificates = {},
    passthrough = {},
    settings = [],
    ...options
  } = sketch;
  const finished: Exchange[] = [];
  const passed: StreamRecord[] = [];
  const waiting = new Waiting();
  const dataPlane = new DataPlane({
    allowLoopbackNames: true,
    ...options,
    http: { host: "127.0.0.1", port: 0 },
    ...(defaultCertificate === undefined
      ? {}
      : { https: { host: "127.0.0.1", port: 0 }, defaultCertificate: async () => defaultCertificate }),
    onFinished: (exchange) => {
      finished.push(exchange);
      waiting.changed();
    },
    onStreamFinished: (record) => {
      passed.push(record);
      waiting.changed();
    },
  });
  const apply: Gateway["apply"] = (routes, passedThrough = passthrough, asked = clientCertificates, set = settings) =>
    dataPlane.apply(snapshotOf(routes, certificates, asked, passedThrough, set));
  apply(routes);
  const ports = await dataPlane.listen();
  onTestFinished(() => {
    waiting.over(() => `the gateway was closed; finished: ${finished.length}`);
    dataPlane.close();
  });
  return {
    dataPlane,
    http: ports.http ?? 0,
    https: ports.https ?? 0,
    finished,
    async finishedCount(count) {
      await waiting.until(`${count} finished exchanges`, () => finished.length >= count);
      return finished[count - 1] as Exchange;
    },
    passed,
    async passedCount(count) {
      await waiting.until(`${count} connections passed through`, () => passed.length >= count);
      return passed[count - 1] as StreamRecord;
    },
    apply,
  };
}

function snapshotOf(
  routes: readonly RouteSketch[],
  certificates: readonly Certificate[],
  asked: Readonly<Record<string, ClientCertificates>>,
  passthrough: PassthroughSketch,
  settings: readonly ServingSetting[],
): RoutingSnapshot {
  const upstreams: Upstream[] = [];
  const hosts = new Map<string, { routes: Route[]; defaultRoute?: Route }>();
  routes.forEach((sketch, index) => {
    const { host = "test.example", path = "/", kind = "prefix", to } = sketch;
    const endpoints = (Array.isArray(to) ? (to as readonly Listening[]) : [to as Listening]).map(({ port }) => ({
      address: "127.0.0.1",
      port,
    }));
    const upstream: Upstream = {
      name: `upstream-${index}`,
      origin: origin("Service", index),
      protocol: sketch.protocol ?? "http",
      ...(sketch.tls === undefined ? {} : { tls: sketch.tls }),
      addressing: { kind: "endpoints", endpoints },
      balancing: { kind: "round-robin" },
    };
    upstreams.push(upstream);
    const route: Route = {
      name: `route-${index}`,
      origin: origin("Ingress", index),
      match: { kind, path },
      middleware: sketch.middleware ?? [],
      action: {
        kind: "forward",
        upstream: upstream.name,
        ...(sketch.timeouts === undefined ? {} : { timeouts: sketch.timeouts }),
      },
      ...(sketch.requestBodyLimit === undefined ? {} : { requestBodyLimit: sketch.requestBodyLimit }),
    };
    const entry = hosts.get(host) ?? { routes: [] };
    if (sketch.byDefault === true) entry.defaultRoute = route;
    else entry.routes.push(route);
    hosts.set(host, entry);
  });
  const passedHosts = new Map<string, Passthrough>();
  for (const [host, to] of Object.entries(passthrough)) {
    const origin = { kind: "Ingress", namespace: "test", name: host };
    if (typeof to === "string") passedHosts.set(host, { origin, action: { kind: "unavailable", why: to } });
    else {
      const upstream = tcpUpstream(host, to);
      upstreams.push(upstream);
      passedHosts.set(host, { origin, action: { kind: "forward", upstream: upstream.name } });
    }
    if (!hosts.has(host)) hosts.set(host, { routes: [] });
  }
  const virtualHosts: VirtualHost[] = [...hosts].map(([host, entry]) => {
    const clientCertificates = asked[host];
    const passthrough = passedHosts.get(host);
    return {
      host,
      ...entry,
      ...(clientCertificates === undefined ? {} : { clientCertificates }),
      ...(passthrough === undefined ? {} : { passthrough }),
    };
  });
  return seal({ virtualHosts, upstreams, certificates, ...(settings.length === 0 ? {} : { settings }) });
}

function tcpUpstream(host: string, to: readonly Listening[]): Upstream {
  return {
    name: `test/${host}:443 tcp`,
    origin: { kind: "Service", namespace: "test", name: host },
    protocol: "tcp",
    addressing: { kind: "endpoints", endpoints: to.map(({ port }) => ({ address: "127.0.0.1", port })) },
    balancing: { kind: "round-robin" },
  };
}

function origin(kind: string, index: number) {
  return { kind, namespace: "test", name: `${kind.toLowerCase()}-${index}` };
}
