import { changedPlaces } from "./changed-places.ts";
import type { Route, VirtualHost } from "./route.ts";
import type { SnapshotFragment } from "./snapshot.ts";

/** A fragment that contradicts itself: a defect of the translator, never of a user's object. The last good snapshot stays. */
export class SealError extends Error {}

/** Checks that names are used once and lead somewhere, again and again: what was found to be right is not looked at again. */
export class ReferenceCheck {
  readonly #references = new WeakMap<VirtualHost, readonly Reference[]>();
  #fragment: SnapshotFragment = { virtualHosts: [], upstreams: [], certificates: [] };
  #upstreams: ReadonlySet<string> = new Set();

  /** @throws {SealError} on a reference to nothing or a name used twice */
  check(fragment: SnapshotFragment): void {
    const { virtualHosts, upstreams, certificates } = fragment;
    const before = this.#fragment;
    const names = changedPlaces(before.upstreams, upstreams, (a, b) => a.name === b.name)
      ? this.#upstreams
      : unique(
          "upstream",
          upstreams.map((part) => part.name),
        );
    const changed = changedPlaces(before.virtualHosts, virtualHosts, (a, b) => a.host === b.host);
    if (changed === null) {
      unique(
        "host",
        virtualHosts.map((part) => part.host),
      );
    }
    if (changedPlaces(before.certificates, certificates, () => false) === null) {
      unique(
        "certificate",
        certificates.map((part) => part.name),
      );
      unique(
        "server name",
        certificates.flatMap((part) => part.serverNames),
      );
    }
    checkStreams(fragment.streams ?? [], names);
    // What leads nowhere has changed itself, or what it leads to is gone.
    const suspects = changed === null || !includesAll(names, this.#upstreams) ? virtualHosts.keys() : changed;
    for (const place of suspects) this.#checkHost(virtualHosts[place] as VirtualHost, names);
    this.#fragment = fragment;
    this.#upstreams = names;
  }

  #checkHost(virtualHost: VirtualHost, upstreams: ReadonlySet<string>): void {
    for (const { from, upstream } of this.#referencesOf(virtualHost)) {
      if (!upstreams.has(upstream)) throw new SealError(`${from} ${upstream}, which does not exist`);
    }
  }

  #referencesOf(virtualHost: VirtualHost): readonly Reference[] {
    const known = this.#references.get(virtualHost) ?? referencesOf(virtualHost);
    this.#references.set(virtualHost, known);
    return known;
  }
}

function includesAll(names: ReadonlySet<string>, others: ReadonlySet<string>): boolean {
  if (names === others) return true;
  for (const name of others) if (!names.has(name)) return false;
  return true;
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

function checkStreams(streams: NonNullable<SnapshotFragment["streams"]>, upstreams: ReadonlySet<string>): void {
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

function unique(what: string, names: readonly string[]): Set<string> {
  const seen = new Set<string>();
  for (const name of names) {
    if (seen.has(name)) throw new SealError(`${what} ${name} appears twice`);
    seen.add(name);
  }
  return seen;
}
