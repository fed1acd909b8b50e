import type { Route, VirtualHost } from "../snapshot/route.ts";
import type { RoutingSnapshot } from "../snapshot/snapshot.ts";

/** One route as people read it. */
export interface RouteRow {
  /** "shop.example.com", "*.apps.example.com", "*" */
  readonly host: string;
  readonly route: Route;
  readonly byDefault: boolean;
}

/** Every route, in the order it would be asked: exact hosts, wildcards, any host; exact paths, then longer prefixes first, then the default if anything is left for it. */
export function routeRows(snapshot: Pick<RoutingSnapshot, "virtualHosts">): RouteRow[] {
  return snapshot.virtualHosts.toSorted(byHost).flatMap(({ host, routes, defaultRoute }) => [
    ...(routes.some(isPattern) ? routes : routes.toSorted(byMatch)).map((route) => ({
      host,
      route,
      byDefault: false,
    })),
    ...(defaultRoute === undefined || routes.some(takesAll) ? [] : [{ host, route: defaultRoute, byDefault: true }]),
  ]);
}

/** Then all are, and they are in order. */
function isPattern(route: Route): boolean {
  return route.match.kind === "pattern";
}

function takesAll(route: Route): boolean {
  return route.match.kind !== "exact" && route.match.path === "/";
}

function byHost(a: VirtualHost, b: VirtualHost): number {
  return breadth(a.host) - breadth(b.host) || (a.host < b.host ? -1 : 1);
}

function breadth(host: string): number {
  if (host === "*") return 2;
  return host.startsWith("*.") ? 1 : 0;
}

function byMatch(a: Route, b: Route): number {
  if (a.match.kind !== b.match.kind) return a.match.kind === "exact" ? -1 : 1;
  return b.match.path.length - a.match.path.length || (a.match.path < b.match.path ? -1 : 1);
}
