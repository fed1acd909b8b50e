import type { Route, VirtualHost } from "./route.ts";
import type { SnapshotFragment } from "./snapshot.ts";

/** A fragment that contradicts itself: a defect of the translator, never of a user's object. The last good snapshot stays. */
export class SealError extends Error {}

/** Checks that names are used once and lead somewhere. Of each virtual host it is read once what it refers to. */
export class ReferenceCheck {
  readonly #references = new WeakMap<VirtualHost, readonly Reference[]>();
  /** Whose names were found to be used once. */
  #virtualHosts: SnapshotFragment["virtualHosts"] = [];
  #certificates: SnapshotFragment["certificates"] = [];

  /** @throws {SealError} on a reference to nothing or a name used twice */
  check(fragment: SnapshotFragment): void {
    const upstreams = unique(
      "upstream",
      fragment.upstreams.map((part) => part.name),
    );
    if (!isSameList(fragment.virtualHosts, this.#virtualHosts)) {
      unique(
        "host",
        fragment.virtualHosts.map((part) => part.host),
      );
      this.#virtualHosts = fragment.virtualHosts;
    }
    if (!isSameList(fragment.certificates, this.#certificates)) {
      unique(
        "certificate",
        fragment.certificates.map((part) => part.name),
      );
      unique(
        "server name",
        fragment.certificates.flatMap((part) => part.serverNames),
      );
      this.#certificates = fragment.certificates;
    }
    checkStreams(fragment.streams ?? [], upstreams);
    for (const virtualHost of fragment.virtualHosts) {
      for (const { from, upstream } of this.#referencesOf(virtualHost)) {
        if (!upstreams.has(upstream)) throw new SealError(`${from} ${upstream}, which does not exist`);
      }
    }
  }

  #referencesOf(virtualHost: VirtualHost): readonly Reference[] {
    const known = this.#references.get(virtualHost) ?? referencesOf(virtualHost);
    this.#references.set(virtualHost, known);
    return known;
  }
}

/** Whether two lists hold the very same parts. */
export function isSameList(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a.length === b.length && a.every((one, index) => one === b[index]);
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
