import { difference, type Difference } from "./difference.ts";
import { Names } from "./names.ts";
import type { Route, VirtualHost } from "./route.ts";
import { SealError } from "./seal-error.ts";
import type { SnapshotFragment } from "./snapshot.ts";
import type { Upstream } from "./upstream.ts";

/** Checks that names are used once and lead somewhere, again and again: only what was not there before is looked at. */
export class ReferenceCheck {
  #fragment: SnapshotFragment = { virtualHosts: [], upstreams: [], certificates: [] };
  readonly #upstreams = new Names("upstream");
  readonly #hosts = new Names("host");
  readonly #certificates = new Names("certificate");
  readonly #serverNames = new Names("server name");
  readonly #references = new WeakMap<VirtualHost, readonly Reference[]>();
  /** How many references lead to an upstream. */
  readonly #leading = new Map<string, number>();

  /** @throws {SealError} on a reference to nothing or a name used twice; what it knows is of no use then */
  check(fragment: SnapshotFragment): void {
    const before = this.#fragment;
    this.#fragment = fragment;
    const upstreams = difference(before.upstreams, fragment.upstreams);
    const hosts = difference(before.virtualHosts, fragment.virtualHosts);
    const certificates = difference(before.certificates, fragment.certificates);
    follow(this.#upstreams, upstreams, ({ name }) => [name]);
    follow(this.#hosts, hosts, ({ host }) => [host]);
    follow(this.#certificates, certificates, ({ name }) => [name]);
    follow(this.#serverNames, certificates, ({ serverNames }) => serverNames);
    for (const host of hosts.gone) this.#count(host, -1);
    for (const host of hosts.come) this.#count(host, 1);
    for (const host of hosts.come) this.#checkHost(host);
    if (upstreams.gone.some((one) => this.#isMissed(one)))
      fragment.virtualHosts.forEach((host) => this.#checkHost(host));
    checkStreams(fragment.streams ?? [], this.#upstreams);
  }

  #isMissed({ name }: Upstream): boolean {
    return !this.#upstreams.has(name) && (this.#leading.get(name) ?? 0) > 0;
  }

  #count(host: VirtualHost, more: 1 | -1): void {
    for (const { upstream } of this.#referencesOf(host)) {
      const count = (this.#leading.get(upstream) ?? 0) + more;
      if (count === 0) this.#leading.delete(upstream);
      else this.#leading.set(upstream, count);
    }
  }

  #checkHost(host: VirtualHost): void {
    for (const { from, upstream } of this.#referencesOf(host)) {
      if (!this.#upstreams.has(upstream)) throw new SealError(`${from} ${upstream}, which does not exist`);
    }
  }

  #referencesOf(host: VirtualHost): readonly Reference[] {
    const known = this.#references.get(host) ?? referencesOf(host);
    this.#references.set(host, known);
    return known;
  }
}

function follow<Part>(names: Names, { gone, come }: Difference<Part>, of: (part: Part) => readonly string[]): void {
  names.change(gone.flatMap(of), come.flatMap(of));
}

/** The name of an upstream, and who names it, in a message. */
interface Reference {
  readonly from: string;
  readonly upstream: string;
}

/** @throws {SealError} when two routes have the same match */
function referencesOf({ host, routes, defaultRoute, passthrough }: VirtualHost): Reference[] {
  const found: Reference[] = [];
  if (passthrough?.action.kind === "forward") {
    found.push({ from: `host ${host} is passed through to`, upstream: passthrough.action.upstream });
  }
  unique(
    `path on host ${host}`,
    routes.map((route) => `${route.match.kind} ${route.match.path}`),
  );
  const add = ({ name, action }: Route): void => {
    if (action.kind !== "forward") return;
    const from = `route ${name} forwards to upstream`;
    found.push({ from, upstream: action.upstream });
    if (action.upstreamOfHttps !== undefined) found.push({ from, upstream: action.upstreamOfHttps });
  };
  routes.forEach(add);
  if (defaultRoute !== undefined) add(defaultRoute);
  return found;
}

function checkStreams(streams: NonNullable<SnapshotFragment["streams"]>, upstreams: Names): void {
  unique(
    "stream",
    streams.map((part) => part.name),
  );
  unique(
    "port of streams",
    streams.map((part) => `${part.protocol} ${part.port}`),
  );
  for (const { name, upstream } of streams) {
    if (!upstreams.has(upstream))
      throw new SealError(`stream ${name} leads to upstream ${upstream}, which does not exist`);
  }
}

/** @throws {SealError} when one is there twice */
function unique(what: string, names: readonly string[]): void {
  new Names(what).change([], names);
}
