import type { ClientCertificates } from "../../snapshot/client-certificates.ts";
import type { Route, VirtualHost } from "../../snapshot/route.ts";
import type { Upstream } from "../../snapshot/upstream.ts";
import { compareText } from "./compare-text.ts";
import { describeHost } from "./hosts.ts";
import { namedWithPlace } from "./place.ts";
import type { Problems } from "./problems.ts";
import type { RouteWish } from "./route-wish.ts";

export interface MergedHosts {
  readonly virtualHosts: readonly VirtualHost[];
  /** Those that some route forwards to, each once. */
  readonly upstreams: readonly Upstream[];
}

/** Merges the wishes of all Ingresses host by host. They come oldest first: the first to wish for a match has it. */
export function mergeHosts(
  wishes: readonly RouteWish[],
  asked: ReadonlyMap<string, ClientCertificates>,
  problems: Problems,
): MergedHosts {
  const granted = new Map<string, RouteWish>();
  for (const wish of wishes) {
    const holder = granted.get(claimOf(wish));
    if (holder === undefined) granted.set(claimOf(wish), wish);
    else reportConflict(wish, holder, problems);
  }
  const upstreams = new Map<string, Upstream>();
  for (const wish of granted.values()) for (const upstream of wish.upstreams) upstreams.set(upstream.name, upstream);
  const byHost = Map.groupBy(granted.values(), (wish) => wish.host);
  return {
    virtualHosts: [...byHost]
      .map(([host, held]) => virtualHost(host, held, asked.get(host)))
      .toSorted((a, b) => compareText(a.host, b.host)),
    upstreams: [...upstreams.values()].toSorted((a, b) => compareText(a.name, b.name)),
  };
}

function virtualHost(
  host: string,
  held: readonly RouteWish[],
  clientCertificates: ClientCertificates | undefined,
): VirtualHost {
  const routes = held.filter((wish) => !wish.byDefault).map((wish) => wish.route);
  const fallback: Route | undefined = held.find((wish) => wish.byDefault)?.route;
  return {
    host,
    routes,
    ...(fallback === undefined ? {} : { defaultRoute: fallback }),
    ...(clientCertificates === undefined ? {} : { clientCertificates }),
  };
}

/** "/foo" and "/foo/" are two claims: the route table prefers the one with the slash for what is below. */
function claimOf({ host, byDefault, route }: RouteWish): string {
  return byDefault ? `${host} default` : `${host} ${route.match.kind} ${route.match.path}`;
}

function reportConflict(loser: RouteWish, holder: RouteWish, problems: Problems): void {
  const host = describeHost(loser.host);
  const what = loser.byDefault
    ? `the default backend of ${host}`
    : `${loser.route.match.kind} path ${loser.path} of ${host}`;
  problems.add({
    severity: "error",
    code: loser.byDefault ? "DefaultBackendConflict" : "PathConflict",
    scope: "conflict",
    object: loser.route.origin,
    message: `${what}, asked for by ${namedWithPlace(loser.route.origin)}, is already served by ${namedWithPlace(holder.route.origin)}, which comes first`,
    remedy: "Remove it from one of the two",
  });
}
