import type { ClientCertificates } from "../../snapshot/client-certificates.ts";
import type { Route, VirtualHost } from "../../snapshot/route.ts";
import type { Upstream } from "../../snapshot/upstream.ts";
import { changedPlaces } from "../../snapshot/changed-places.ts";
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

type Asked = ReadonlyMap<string, ClientCertificates>;

/** Merges the wishes of all Ingresses host by host. A host that has the same wishes as the last time is the same. */
export class HostMerger {
  #wishes: readonly HostWishes[] = [];
  #asked: Asked = new Map();
  /** By host, where its wishes are among all. */
  #places = new Map<string, readonly number[]>();
  readonly #merged = new Map<string, MergedHost>();
  #result = this.#join();

  /** @param all those of the oldest Ingress first: the first to wish for a match has it */
  merge(all: readonly HostWishes[], asked: Asked, problems: Problems): MergedHosts {
    const changed = asked === this.#asked ? changedPlaces(this.#wishes, all, (a, b) => a.host === b.host) : null;
    if (changed === null) this.#mergeAll(all, asked);
    else for (const place of changed) this.#mergeOne((all[place] as HostWishes).host, all, asked);
    this.#wishes = all;
    this.#asked = asked;

    if (changed === null || changed.length > 0) this.#result = this.#join();
    problems.addAll(this.#result.diagnostics);
    return this.#result;
  }

  #join(): MergedHosts & { readonly diagnostics: readonly Diagnostic[] } {
    const upstreams = new Map<string, Upstream>();
    const virtualHosts: VirtualHost[] = [];
    const diagnostics: Diagnostic[] = [];
    for (const host of this.#merged.values()) {
      virtualHosts.push(host.virtualHost);
      for (const upstream of host.upstreams) upstreams.set(upstream.name, upstream);
      for (const diagnostic of host.diagnostics) diagnostics.push(diagnostic);
    }
    return { virtualHosts, upstreams: [...upstreams.values()], diagnostics };
  }

  /** In the order in which hosts are wished for first. */
  #mergeAll(all: readonly HostWishes[], asked: Asked): void {
    const before = new Map(this.#merged);
    this.#merged.clear();
    this.#places = Map.groupBy(all.keys(), (place) => (all[place] as HostWishes).host);
    for (const host of this.#places.keys()) this.#mergeOne(host, all, asked, before.get(host));
  }

  #mergeOne(host: string, all: readonly HostWishes[], asked: Asked, before = this.#merged.get(host)): void {
    const held = (this.#places.get(host) ?? []).map((place) => all[place] as HostWishes);
    const clientCertificates = asked.get(host);
    const same =
      before !== undefined && before.clientCertificates === clientCertificates && sameElements(before.held, held);
    this.#merged.set(host, same ? before : mergeHost(host, held, clientCertificates));
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
