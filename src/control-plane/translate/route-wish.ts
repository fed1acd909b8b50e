import type { MiddlewareSettings, Route, RouteAction } from "../../snapshot/route.ts";
import type { Upstream } from "../../snapshot/upstream.ts";
import type { FieldPath } from "../resources/field-path.ts";
import type { IngressBackend } from "../resources/ingress.ts";
import { httpsRedirectFor, isOfChallenge } from "./annotations/https-redirect.ts";
import { contestOf } from "./asking-hosts.ts";
import { type ResolvedBackend, resolveBackend } from "./backends.ts";
import type { Diagnostic } from "./diagnostic.ts";
import type { IngressPlan } from "./ingress-plan.ts";
import { backendKey } from "./passthrough/passed-hosts.ts";
import type { PathProblem } from "./paths.ts";
import { coveringPrefix } from "./pattern-paths.ts";
import { originOf } from "./place.ts";
import { HOST_REMEDY, ownRefusal } from "./refused-hosts.ts";
import { standInFor } from "./stand-in.ts";
import type { Translating } from "./translating.ts";
import type { HostTables } from "./whole-hosts.ts";

/** A route that an Ingress asks for on a host; another Ingress may have asked first. */
export interface RouteWish {
  readonly host: string;
  /** As the Ingress writes it. */
  readonly path: string;
  /** Whether it serves what no path of the host matches. */
  readonly byDefault: boolean;
  /** What is to be said where the path is matched literally; null for nothing. */
  readonly asLiteral: Diagnostic | null;
  readonly route: Route;
  /** Where the route forwards to; none when it does not. */
  readonly upstreams: readonly Upstream[];
}

/** Where in an Ingress a route is asked for, and what for. */
export interface Spot {
  readonly host: string;
  /** As the Ingress writes it. */
  readonly path: string;
  readonly match: Route["match"];
  readonly asLiteral: Diagnostic | null;
  /** What is wrong with an expression, so that nobody can tell what it matches; null for nothing. */
  readonly invalid: PathProblem | null;
  readonly name: string;
  /** null for one that could not be read. */
  readonly backend: IngressBackend | null;
  /** The path, or the defaultBackend. */
  readonly field: FieldPath;
  readonly byDefault: boolean;
  readonly redirects: boolean;
}

/** The route for one spot of an Ingress. What must not or cannot be served is there too, and answers 503: no other route may take its place. */
export function wishFor(plan: IngressPlan, spot: Spot, hosts: HostTables, translating: Translating): RouteWish {
  const { ingress, settings } = plan;
  const { host, path, byDefault, asLiteral } = spot;
  // "/exempt/../admin" is "/admin", and whatever "/exempt|/admin" matches is below "/".
  const below = coveringPrefix(spot.match.path);
  const backendField = byDefault ? spot.field : [...spot.field, "backend"];
  const use = {
    ingress,
    backend: spot.backend,
    field: backendField,
    protocol: settings.protocol,
    passedThrough: hosts.passed.get(backendKey(ingress, spot.backend) ?? ""),
    tls: plan.upstreamTls,
  };
  const asked = resolveBackend(use, translating);
  const standIn = standInFor(use, settings.defaultBackend, asked, translating);
  const resolved = standIn?.served ?? asked;
  const identity = { name: spot.name, origin: originOf(ingress, spot.field), match: spot.match };
  const clients = clientsOf(plan, spot, hosts);
  const refusals = [
    ...settings.refusals,
    ...(spot.invalid === null ? [] : [`${spot.invalid.message}. ${spot.invalid.remedy}`]),
    ...partlyRefused(settings, below),
    ...refusedWithHost(plan, host, hosts),
    ...(clients !== null && "why" in clients ? [clients.why] : []),
  ];
  if (refusals.length > 0) {
    const action = unavailable("why" in resolved ? [...refusals, resolved.why] : refusals);
    return { host, path, byDefault, asLiteral, route: { ...identity, middleware: [], action }, upstreams: [] };
  }
  const redirect = spot.redirects
    ? httpsRedirectFor(settings.httpsRedirect, hosts.secured.get(host), below, translating.settings.redirects)
    : null;
  const action: RouteAction =
    "why" in resolved
      ? { kind: "unavailable", why: resolved.why }
      : {
          kind: "forward",
          upstream: resolved.upstream.name,
          ...(resolved.ofHttps === undefined ? {} : { upstreamOfHttps: resolved.ofHttps.name }),
          ...(settings.timeouts === null ? {} : { timeouts: settings.timeouts }),
          ...(standIn === null ? {} : { insteadOf: standIn.insteadOf }),
        };
  const limit = settings.requestBodyLimit === null ? {} : { requestBodyLimit: settings.requestBodyLimit };
  const middleware = [
    plan.strictTransport,
    redirect,
    clients as MiddlewareSettings | null,
    standIn?.middleware ?? null,
    ...settings.compression,
    ...settings.requestBody,
  ].filter((one) => one !== null);
  const route: Route = { ...identity, middleware, action, ...limit };
  return { host, path, byDefault, asLiteral, route, upstreams: upstreamsOf(resolved) };
}

/** How many reasons a route carries: an object has room for thousands, and each route of it has them all. */
const REASONS = 20;

function unavailable(reasons: readonly string[]): RouteAction {
  const [why = "", ...others] = reasons.slice(0, REASONS);
  return { kind: "unavailable", why, ...(others.length === 0 ? {} : { others }) };
}

function partlyRefused({ partialRefusals }: IngressPlan["settings"], path: string): string[] {
  const held = partialRefusals.filter(({ exempt }) => !exempt.some((beginning) => path.startsWith(beginning)));
  return held.map(({ why }) => why);
}

/** What its own annotations say already is not said twice. */
function refusedWithHost(plan: IngressPlan, host: string, hosts: HostTables): string[] {
  const why = hosts.refused.get(host);
  return why === undefined || why === ownRefusal(plan, host) ? [] : [`${why}. ${HOST_REMEDY}`];
}

/** Who solves a challenge for a certificate must be reachable over http, where no client has any. */
function clientsOf(
  plan: IngressPlan,
  { host, match }: Spot,
  hosts: HostTables,
): MiddlewareSettings | { readonly why: string } | null {
  const why = hosts.contested.get(contestOf(plan.key, host));
  if (why !== undefined) return { why };
  const clients = hosts.clients.get(host) ?? plan.clientCertificates?.middleware ?? null;
  if (clients === null || !isOfChallenge(coveringPrefix(match.path))) return clients;
  return { ...clients, options: { ...clients.options, plain: true } };
}

function upstreamsOf(resolved: ResolvedBackend): readonly Upstream[] {
  if ("why" in resolved) return [];
  return resolved.ofHttps === undefined ? [resolved.upstream] : [resolved.upstream, resolved.ofHttps];
}
