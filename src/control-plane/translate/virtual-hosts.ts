import type { ClientCertificates } from "../../snapshot/client-certificates.ts";
import type { Route, VirtualHost } from "../../snapshot/route.ts";
import type { Upstream } from "../../snapshot/upstream.ts";
import { sameElements } from "../remembered.ts";
import type { Diagnostic } from "./diagnostic.ts";
import { describeHost } from "./hosts.ts";
import { namedWithPlace } from "./place.ts";
import { Problems } from "./problems.ts";
import type { RouteWish } from "./route-wish.ts";
import type { HostWishes } from "./routes.ts";

export interface MergedHosts {
  readonly virtualHosts: readonly VirtualHost[];
  /** Those that some route forwards to, each once. */
  readonly upstreams: readonly Upstream[];
}

interface MergedHost {
  readonly held: readonly HostWishes[];
  readonly clientCertificates: ClientCertificates | undefined;
  readonly virtualHost: VirtualHost;
  readonly upstreams: readonly Upstream[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Merges the wishes of all Ingresses host by host. A host that has the same wishes as the last time is the same. */
export class HostMerger {
  #known = new Map<string, MergedHost>();

  /** @param all those of the oldest Ingress first: the first to wish for a match has it */
  merge(all: readonly HostWishes[], asked: ReadonlyMap<string, ClientCertificates>, problems: Problems): MergedHosts {
    const merged = new Map<string, MergedHost>();
    const upstreams = new Map<string, Upstream>();
    for (const [host, held] of Map.groupBy(all, (one) => one.host)) {
      const before = this.#known.get(host);
      const clientCertificates = asked.get(host);
      const same =
        before !== undefined && before.clientCertificates === clientCertificates && sameElements(before.held, held);
      const now = same ? before : mergeHost(host, held, clientCertificates);
      merged.set(host, now);
      for (const upstream of now.upstreams) upstreams.set(upstream.name, upstream);
      problems.addAll(now.diagnostics);
    }
    this.#known = merged;
    return {
      virtualHosts: Array.from(merged.values(), ({ virtualHost }) => virtualHost),
      upstreams: [...upstreams.values()],
    };
  }
}

function mergeHost(
  host: string,
  held: readonly HostWishes[],
  clientCertificates: ClientCertificates | undefined,
): MergedHost {
  const problems = new Problems();
  const granted = new Map<string, RouteWish>();
  const all = held.flatMap(({ wishes }) => wishes);
  for (const wish of [...all.filter(({ yields }) => !yields), ...all.filter(({ yields }) => yields)]) {
    const holder = granted.get(claimOf(wish));
    if (holder === undefined) granted.set(claimOf(wish), wish);
    else if (!holder.yields) reportConflict(wish, holder, problems);
  }
  const wishes = [...granted.values()];
  const upstreams = new Map(wishes.flatMap((wish) => wish.upstreams).map((upstream) => [upstream.name, upstream]));
  return {
    held,
    clientCertificates,
    virtualHost: virtualHost(host, wishes, clientCertificates),
    upstreams: [...upstreams.values()],
    diagnostics: problems.found,
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
function claimOf({ byDefault, route }: RouteWish): string {
  return byDefault ? "default" : `${route.match.kind} ${route.match.path}`;
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
