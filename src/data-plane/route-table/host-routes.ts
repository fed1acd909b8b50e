import type { ClientCertificates } from "../../snapshot/client-certificates.ts";
import type { Passthrough, Route, VirtualHost } from "../../snapshot/route.ts";
import { PatternRoutes } from "./pattern-routes.ts";

/** A route with what its owner made of it (a handler), and whether it is a default rather than a rule. */
export interface Match<Target> {
  readonly route: Route;
  /** Of the virtual host that the route is of. */
  readonly host: string;
  readonly target: Target;
  readonly byDefault: boolean;
}

/**
 * The routes of one host, compiled for look-up by the normal form of a path. The cost is one hash look-up and one more for each slash,
 * up to the deepest prefix of the host: the number of routes does not matter, but for a host with regular expressions.
 */
export class HostRoutes<Target> {
  /** What they are compiled of. */
  readonly virtualHost: VirtualHost;
  readonly defaultMatch: Match<Target> | null;
  readonly passthrough: Passthrough | null;
  readonly clientCertificates: ClientCertificates | null;
  /** null where paths are no regular expressions: then there is nothing else. */
  readonly #patterns: PatternRoutes<Match<Target>> | null = null;
  /** null without one, so that a look-up need not look into it. */
  #exact: Map<string, Match<Target>> | null = null;
  /** Keyed without trailing slash: "" for "/". */
  readonly #prefixes = new Map<string, Match<Target>>();
  /** Prefixes that were written with a trailing slash, where one without it exists too. */
  readonly #folders = new Map<string, Match<Target>>();
  /** Slashes in the deepest prefix; deeper parts of a request path are never looked up. */
  #depth = 0;

  constructor(virtualHost: VirtualHost, targetOf: (route: Route) => Target) {
    const { host, defaultRoute } = virtualHost;
    this.virtualHost = virtualHost;
    this.passthrough = virtualHost.passthrough ?? null;
    this.clientCertificates = virtualHost.clientCertificates ?? null;
    this.defaultMatch =
      defaultRoute === undefined
        ? null
        : { route: defaultRoute, host, target: targetOf(defaultRoute), byDefault: true };
    const matches = virtualHost.routes.map((route) => ({ route, host, target: targetOf(route), byDefault: false }));
    if (matches.some(({ route }) => route.match.kind === "pattern")) {
      this.#patterns = new PatternRoutes(matches);
      return;
    }
    for (const match of matches) {
      const { route } = match;
      if (route.match.kind === "exact") (this.#exact ??= new Map()).set(route.match.path, match);
      else this.#addPrefix(route.match.path, match);
    }
  }

  /** The route of Ingress v1 for this path: Exact, then the longest Prefix by elements; or the first pattern that matches. Not the default. */
  match(path: string): Match<Target> | null {
    if (this.#patterns !== null) return this.#patterns.match(path);
    const exact = this.#exact?.get(path);
    if (exact !== undefined) return exact;
    for (let end = this.#deepest(path); end >= 0; end = end === 0 ? -1 : path.lastIndexOf("/", end - 1)) {
      const prefix = path.slice(0, end);
      const below = end < path.length ? this.#folders.get(prefix) : undefined;
      const found = below ?? this.#prefixes.get(prefix);
      if (found !== undefined) return found;
    }
    return null;
  }

  /** Every rule of the host, in no particular order. */
  *rules(): Iterable<Match<Target>> {
    if (this.#patterns !== null) yield* this.#patterns.rules();
    if (this.#exact !== null) yield* this.#exact.values();
    yield* this.#prefixes.values();
    yield* this.#folders.values();
  }

  #addPrefix(path: string, match: Match<Target>): void {
    const folder = path.endsWith("/");
    const key = folder ? path.slice(0, -1) : path;
    this.#depth = Math.max(this.#depth, key.split("/").length - 1);
    const other = this.#prefixes.get(key);
    if (other === undefined) this.#prefixes.set(key, match);
    else if (folder) this.#folders.set(key, match);
    else {
      // The one with the slash came first: it keeps the paths below, this one takes the path itself.
      this.#folders.set(key, other);
      this.#prefixes.set(key, match);
    }
  }

  /** Where the longest prefix worth looking up ends: at the end of the path, or at the slash behind the deepest prefix. */
  #deepest(path: string): number {
    let at = 0;
    for (let slashes = 0; slashes < this.#depth; slashes++) {
      const next = path.indexOf("/", at + 1);
      if (next < 0) return path.length;
      at = next;
    }
    return at;
  }
}
