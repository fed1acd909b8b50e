import type { Origin } from "../../src/snapshot/origin.ts";
import type { PathMatch, Route, VirtualHost } from "../../src/snapshot/route.ts";
import { seal } from "../../src/snapshot/seal.ts";
import type { RoutingSnapshot } from "../../src/snapshot/snapshot.ts";
import type { Upstream } from "../../src/snapshot/upstream.ts";

export const ORIGIN: Origin = { kind: "Ingress", namespace: "shop", name: "web" };

/** "Prefix /a" or "Exact /a" as a route that is not served, named after itself. */
export function route(written: string, name = written): Route {
  const [kind = "", path = ""] = written.split(" ");
  const match: PathMatch = { kind: kind === "Exact" ? "exact" : "prefix", path };
  return { name, origin: ORIGIN, match, middleware: [], action: { kind: "unavailable", why: name } };
}

/** @param byDefault name of the host's default route, where it has one */
export function virtualHost(host: string, rules: readonly string[], byDefault?: string): VirtualHost {
  const routes = rules.map((rule) => route(rule, `${host} ${rule}`));
  return byDefault === undefined ? { host, routes } : { host, routes, defaultRoute: route("Prefix /", byDefault) };
}

export function snapshotOfHosts(...virtualHosts: readonly VirtualHost[]): RoutingSnapshot {
  return seal({ virtualHosts, upstreams: [], certificates: [] });
}

/** An upstream with these endpoints on 127.0.0.1. */
export function upstream(name: string, ports: readonly number[], given: Partial<Upstream> = {}): Upstream {
  return {
    name,
    origin: { kind: "Service", namespace: "shop", name },
    protocol: "http",
    addressing: { kind: "endpoints", endpoints: ports.map((port) => ({ address: "127.0.0.1", port })) },
    balancing: { kind: "round-robin" },
    ...given,
  };
}
