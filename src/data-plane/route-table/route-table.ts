// The routes of a snapshot, compiled for look-up.
// In: a snapshot, and what to make of each route. Out: the route for a host and a path, and why not another.
// Never: a socket, a change after it was made; a request keeps the table it began with.
import type { ClientCertificates } from "../../snapshot/client-certificates.ts";
import type { Passthrough, Route } from "../../snapshot/route.ts";
import type { RevisionsOfKind } from "../../snapshot/revisions.ts";
import type { RoutingSnapshot } from "../../snapshot/snapshot.ts";
import { HostRoutes, type Match } from "./host-routes.ts";

/** The catch-all virtual host: rules without a host. */
const ANY = "*";

export class RouteTable<Target> {
  readonly #hosts = new Map<string, HostRoutes<Target>>();
  /** Keyed by what follows "*.". */
  readonly #wildcards = new Map<string, HostRoutes<Target>>();
  readonly #revisions: RevisionsOfKind;
  /** Whether some host asks its clients for certificates in the handshake. */
  readonly asksForCertificates: boolean;
  /** Whether TLS connections for some host are handed on unopened. */
  readonly passesThrough: boolean;

  /**
   * @param targetOf called once a route, for the routes of hosts that changed
   * @param previous the table before: hosts with an unchanged revision are taken from it as they are
   */
  constructor(
    snapshot: Pick<RoutingSnapshot, "virtualHosts" | "revisions">,
    targetOf: (route: Route) => Target,
    previous?: RouteTable<Target>,
  ) {
    this.#revisions = snapshot.revisions.virtualHosts;
    this.passesThrough = snapshot.virtualHosts.some((host) => host.passthrough !== undefined);
    this.asksForCertificates = snapshot.virtualHosts.some((host) => host.clientCertificates !== undefined);
    for (const virtualHost of snapshot.virtualHosts) {
      const { host } = virtualHost;
      const before = previous?.hostRoutes(host);
      // Most are the very same; made anew and saying the same is as good.
      const unchanged =
        before?.virtualHost === virtualHost ||
        (previous !== undefined && previous.#revisions.get(host) === this.#revisions.get(host));
      const routes = unchanged && before !== undefined ? before : new HostRoutes(virtualHost, targetOf);
      if (host.startsWith("*.")) this.#wildcards.set(host.slice(2), routes);
      else this.#hosts.set(host, routes);
    }
  }

  /**
   * @param host lower case, without port
   * @param path normal form
   */
  match(host: string, path: string): Match<Target> | null {
    const routes = this.#routesFor(host);
    const own = routes?.match(path) ?? routes?.defaultMatch;
    if (own !== undefined && own !== null) return own;
    // What a host asks of its clients, everyone's default may not ask.
    if (routes?.clientCertificates) return null;
    const any = this.#hosts.get(ANY);
    const byRule = routes === undefined ? any?.match(path) : undefined;
    return byRule ?? any?.defaultMatch ?? null;
  }

  /** True where some Ingress names this host, itself or by a wildcard. */
  claims(host: string): boolean {
    return this.#routesFor(host) !== undefined;
  }

  /** Where TLS connections for a server name are handed on to; null where they are opened. */
  passthroughOf(serverName: string): Passthrough | null {
    return this.#routesFor(serverName)?.passthrough ?? null;
  }

  /** The virtual host that serves a host: "shop.example.com", "*.example.com", "*", or null where there is none. */
  virtualHostFor(host: string): string | null {
    if (host !== ANY && this.#hosts.has(host)) return host;
    if (this.#routesFor(host) !== undefined) return `*.${host.slice(host.indexOf(".") + 1)}`;
    return this.#hosts.has(ANY) ? ANY : null;
  }

  /** What clients that ask for a host in their handshake (null: for none) are asked for; null for nothing. */
  askedOf(host: string | null): ClientCertificates | null {
    const routes = (host === null ? undefined : this.#routesFor(host)) ?? this.#hosts.get(ANY);
    return routes?.clientCertificates ?? null;
  }

  /** The compiled routes of a virtual host by its own name. */
  hostRoutes(name: string): HostRoutes<Target> | undefined {
    return name.startsWith("*.") ? this.#wildcards.get(name.slice(2)) : this.#hosts.get(name);
  }

  /** Names of all virtual hosts. */
  hostNames(): string[] {
    return [...this.#hosts.keys(), ...[...this.#wildcards.keys()].map((suffix) => `*.${suffix}`)];
  }

  #routesFor(host: string): HostRoutes<Target> | undefined {
    if (host === ANY) return undefined;
    const exact = this.#hosts.get(host);
    if (exact !== undefined) return exact;
    const dot = host.indexOf(".");
    // One label, and not an empty one, stands for the asterisk.
    return dot > 0 ? this.#wildcards.get(host.slice(dot + 1)) : undefined;
  }
}
