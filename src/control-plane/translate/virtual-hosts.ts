import type { ClientCertificates } from "../../snapshot/client-certificates.ts";
import type { Route, VirtualHost } from "../../snapshot/route.ts";
import type { Upstream } from "../../snapshot/upstream.ts";
import type { Delta } from "./delta.ts";
import type { Diagnostic } from "./diagnostic.ts";
import { describeHost } from "./hosts.ts";
import type { KeptParts } from "./kept-parts.ts";
import { Notes } from "./notes.ts";
import { amongOlder } from "./order.ts";
import { asPatterns, inPatternOrder, reportPatterns } from "./pattern-hosts.ts";
import { namedWithPlace } from "./place.ts";
import { Problems } from "./problems.ts";
import type { RouteWish } from "./route-wish.ts";
import type { HostWishes } from "./routes.ts";
import { UsedUpstreams } from "./used-upstreams.ts";

export interface MergedHosts {
  readonly virtualHosts: KeptParts<VirtualHost>;
  /** Those that some route forwards to. */
  readonly upstreams: KeptParts<Upstream>;
}

interface MergedHost {
  readonly virtualHost: VirtualHost;
  readonly upstreams: readonly Upstream[];
  readonly diagnostics: readonly Diagnostic[];
}

type Asked = ReadonlyMap<string, ClientCertificates>;

/** Merges the wishes of all Ingresses host by host, again and again: only hosts for which there are other wishes. */
export class HostMerger {
  #asked: Asked = new Map();
  /** By host, those of the oldest Ingress first: the first to wish for a match has it. */
  readonly #wishes = new Map<string, readonly HostWishes[]>();
  readonly #merged = new Map<string, MergedHost>();
  readonly #upstreams = new UsedUpstreams();
  readonly #notes = new Notes<string>();

  /** All there is to say of conflicts. */
  get diagnostics(): readonly Diagnostic[] {
    return this.#notes.all;
  }

  /** @param wishes what became of those of all Ingresses */
  merge({ gone, come }: Delta<HostWishes>, asked: Asked): MergedHosts {
    const before = this.#asked;
    this.#asked = asked;
    const askedAnew = [...before.keys(), ...asked.keys()].filter((host) => before.get(host) !== asked.get(host));
    const hosts = new Set([...gone, ...come].map(({ host }) => host).concat(askedAnew));
    for (const [host, left] of Map.groupBy(gone, (one) => one.host)) {
      this.#wishes.set(
        host,
        (this.#wishes.get(host) ?? []).filter((one) => !left.includes(one)),
      );
    }
    for (const one of come) this.#wishes.set(one.host, amongOlder(this.#wishes.get(one.host) ?? [], one));
    this.#upstreams.begin();
    for (const host of hosts) this.#mergeOne(host, this.#wishes.get(host) ?? [], asked.get(host));
    const virtualHosts = { get: (host: string) => this.#merged.get(host)?.virtualHost, changed: hosts };
    return { virtualHosts, upstreams: this.#upstreams };
  }

  #mergeOne(host: string, wishes: readonly HostWishes[], clientCertificates: ClientCertificates | undefined): void {
    const before = this.#merged.get(host);
    const merged = wishes.length === 0 ? null : mergeHost(host, wishes, clientCertificates);
    this.#upstreams.use(merged?.upstreams ?? [], before?.upstreams ?? []);
    this.#notes.set(host, merged?.diagnostics ?? []);
    if (merged !== null) this.#merged.set(host, merged);
    else {
      this.#merged.delete(host);
      this.#wishes.delete(host);
    }
  }
}

function mergeHost(
  host: string,
  held: readonly HostWishes[],
  clientCertificates: ClientCertificates | undefined,
): MergedHost {
  const problems = new Problems();
  const all = held.flatMap(({ wishes }) => wishes);
  const patterns = asPatterns(all);
  const granted = new Map<string, RouteWish>();
  for (const wish of patterns ?? all.map(asPrefix)) {
    const holder = granted.get(claimOf(wish));
    if (holder === undefined) granted.set(claimOf(wish), wish);
    else reportConflict(wish, holder, problems);
  }
  const wishes = patterns === null ? [...granted.values()] : inPatternOrder([...granted.values()]);
  if (patterns === null) {
    for (const { asLiteral } of granted.values()) if (asLiteral !== null) problems.add(asLiteral);
  } else reportPatterns(host, all, problems);
  const upstreams = new Map(wishes.flatMap((wish) => wish.upstreams).map((upstream) => [upstream.name, upstream]));
  return {
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

/** Of a host without regular expressions: one that was asked for before, as a path that is none. */
function asPrefix(wish: RouteWish): RouteWish {
  if (wish.route.match.kind !== "pattern") return wish;
  return { ...wish, route: { ...wish.route, match: { kind: "prefix", path: wish.route.match.path } } };
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
