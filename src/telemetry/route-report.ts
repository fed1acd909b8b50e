import { X509Certificate } from "node:crypto";
import { rfc2253 } from "../data-plane/http/distinguished-name.ts";
import type { Explanation } from "../data-plane/route-table/explain.ts";
import type { JsonObject } from "../snapshot/json.ts";
import { pemCertificates } from "../snapshot/pair.ts";
import { describeOrigin, describePlace, type Origin } from "../snapshot/origin.ts";
import type { MiddlewareSettings, Passthrough, Route } from "../snapshot/route.ts";
import type { RoutingSnapshot } from "../snapshot/snapshot.ts";
import type { Upstream } from "../snapshot/upstream.ts";

/** Which route serves a host and path, why, and from which object: the answer of `explain` and of the admin server's `/routes`. */
export interface RouteReport {
  readonly host: string;
  readonly path: string;
  /** The virtual host that was chosen; null when none matches the host. */
  readonly virtualHost: string | null;
  readonly route: RouteFacts | null;
  readonly middleware: readonly MiddlewareSettings[];
  readonly upstream: UpstreamFacts | null;
  /** Why the upstream is not the one that is asked for; absent where it is. */
  readonly insteadOf?: string;
  /** What TLS connections for the host are handed on to unopened, whatever is asked over them; absent where they are opened. */
  readonly passthrough?: PassthroughFacts;
  /** The names of those whose certificates clients are asked for in the handshake; absent where they are asked for none. */
  readonly authorities?: readonly string[];
  /** Why nobody would answer: no route, no endpoint, or a route that must not be served; null when all is well. */
  readonly problem: string | null;
  /** What else stands in the way, in the order in which it holds; absent for nothing. */
  readonly furtherProblems?: readonly string[];
  /** Without a route: the one that would have matched with the smallest change. */
  readonly nearest: (RouteFacts & { readonly host: string; readonly why: string }) | null;
}

interface RouteFacts {
  readonly name: string;
  /** "prefix /cart", or "default" for a default backend. */
  readonly match: string;
  /** "Ingress shop/web" */
  readonly object: string;
  /** "deploy/local/web.yaml:12", "" for objects of a cluster. */
  readonly place: string;
}

interface UpstreamFacts {
  readonly name: string;
  readonly protocol: string;
  readonly object: string;
  readonly place: string;
  /** What a request would be sent to first: "10.0.0.7:8080"; null when there is none. */
  readonly endpoint: string | null;
  /** How the endpoint comes about: "first of 3, round robin", "DNS name, resolved when a request comes". */
  readonly how: string;
}

interface PassthroughFacts {
  /** The Ingress that asks for it. */
  readonly object: string;
  readonly place: string;
  readonly upstream: UpstreamFacts | null;
  /** Why connections are closed; null where all is well. */
  readonly problem: string | null;
  readonly furtherProblems?: readonly string[];
}

export function routeReport(snapshot: RoutingSnapshot, explanation: Explanation): RouteReport {
  const { host, path, virtualHost, route, byDefault, nearest } = explanation;
  const upstream = route === null ? null : upstreamOf(snapshot, route);
  return {
    host,
    path,
    virtualHost,
    route: route === null ? null : routeFacts(route, byDefault),
    middleware: route?.middleware ?? [],
    upstream: upstream === null ? null : upstreamFacts(upstream),
    ...(route?.action.kind === "forward" && route.action.insteadOf !== undefined
      ? { insteadOf: route.action.insteadOf }
      : {}),
    ...passthroughFacts(snapshot, virtualHost),
    ...authorityNames(snapshot, virtualHost),
    problem: problemOf(route, upstream),
    ...furtherProblems(route?.action),
    nearest: nearest === null ? null : { ...routeFacts(nearest.route, false), host: nearest.host, why: nearest.why },
  };
}

/** The report as JSON, for the admin server and `explain -o json`. */
export function reportJson(report: RouteReport): JsonObject {
  return JSON.parse(JSON.stringify(report)) as JsonObject;
}

function routeFacts(route: Route, byDefault: boolean): RouteFacts {
  const match = byDefault ? "default" : `${route.match.kind} ${route.match.path}`;
  return { name: route.name, match, ...objectFacts(route.origin) };
}

function passthroughFacts(
  snapshot: RoutingSnapshot,
  virtualHost: string | null,
): { readonly passthrough?: PassthroughFacts } {
  const { passthrough } = snapshot.virtualHosts.find(({ host }) => host === virtualHost) ?? {};
  if (passthrough === undefined) return {};
  const { origin, action } = passthrough;
  const upstream = upstreamOf(snapshot, { action });
  const why = action.kind === "unavailable" ? action.why : whyEmpty(upstream);
  const problem = why === null ? null : `TLS connections are closed: ${why}`;
  const facts = upstream === null ? null : upstreamFacts(upstream);
  return { passthrough: { ...objectFacts(origin), upstream: facts, problem, ...furtherProblems(action) } };
}

function upstreamOf(
  snapshot: RoutingSnapshot,
  { action }: { readonly action: Route["action"] | Passthrough["action"] },
): Upstream | null {
  if (action.kind !== "forward") return null;
  return snapshot.upstreams.find((upstream) => upstream.name === action.upstream) ?? null;
}

function upstreamFacts(upstream: Upstream): UpstreamFacts {
  const { addressing, name, protocol, origin } = upstream;
  const facts = { name, protocol, ...objectFacts(origin) };
  if (addressing.kind === "dns") {
    const endpoint = authority(addressing.name, addressing.port);
    return { ...facts, endpoint, how: "a DNS name, resolved when a request comes" };
  }
  const [first] = addressing.endpoints;
  if (first === undefined) return { ...facts, endpoint: null, how: addressing.whyEmpty ?? "it has no endpoint" };
  const how =
    addressing.endpoints.length === 1 ? "the only one" : `first of ${addressing.endpoints.length}, round robin`;
  return { ...facts, endpoint: authority(first.address, first.port), how };
}

function problemOf(route: Route | null, upstream: Upstream | null): string | null {
  if (route === null) return "no route matches this host and path: the answer is 404";
  if (route.action.kind === "unavailable") return `the answer is 503: ${route.action.why}`;
  const empty = whyEmpty(upstream);
  return empty === null ? null : `the answer is 503: ${empty}`;
}

function furtherProblems(
  action: Route["action"] | Passthrough["action"] | undefined,
): Pick<RouteReport, "furtherProblems"> {
  return action?.kind !== "unavailable" || action.others === undefined ? {} : { furtherProblems: action.others };
}

/** null for an upstream with endpoints, and for none. */
function whyEmpty(upstream: Upstream | null): string | null {
  if (upstream?.addressing.kind !== "endpoints" || upstream.addressing.endpoints.length > 0) return null;
  return upstream.addressing.whyEmpty ?? `upstream ${upstream.name} has no endpoint`;
}

function authorityNames({ virtualHosts }: RoutingSnapshot, host: string | null): Pick<RouteReport, "authorities"> {
  const asked = virtualHosts.find((virtualHost) => virtualHost.host === host)?.clientCertificates;
  if (asked === undefined) return {};
  const names = pemCertificates(asked.ca).map((pem) => rfc2253(new X509Certificate(pem).subject ?? ""));
  return { authorities: names };
}

function objectFacts(origin: Origin): { object: string; place: string } {
  return { object: describeOrigin(origin), place: describePlace(origin) };
}

/** "10.0.0.7:80", "[::1]:80". */
export function authority(address: string, port: number): string {
  return address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`;
}
