import type { HealthChange } from "../../data-plane/upstreams/health/ejection.ts";
import type { UpstreamStatus } from "../../data-plane/upstreams/upstream-status.ts";
import { serviceOf } from "../upstream-name.ts";
import type { Registry } from "./registry.ts";

/** How the endpoints of each Service are, by all its ports together. */
export function endpointGauges(registry: Registry, upstreams: readonly UpstreamStatus[]): void {
  const endpoints = registry.family("ts_ingress_endpoints");
  const connections = registry.family("ts_ingress_upstream_connections");
  endpoints.take();
  connections.take();
  for (const { upstream, endpoints: all } of upstreams) {
    const whom = namesOf(upstream);
    const ejected = all.filter((endpoint) => endpoint.ejected).length;
    endpoints.add([...whom, "ready"], all.length - ejected);
    endpoints.add([...whom, "ejected"], ejected);
    connections.add([...whom, "active"], total(all, "active"));
    connections.add([...whom, "idle"], total(all, "idle"));
  }
}

/** Counts a change of an endpoint's health. */
export function countHealth(registry: Registry, change: HealthChange): void {
  const whom = namesOf(change.upstream);
  if (change.kind === "returned") registry.family("ts_ingress_endpoint_returns_total").add(whom);
  else registry.family("ts_ingress_endpoint_ejections_total").add([...whom, change.failure]);
}

function namesOf(upstream: string): [namespace: string, service: string] {
  const found = serviceOf(upstream);
  return [found?.namespace ?? "", found?.service ?? ""];
}

function total(endpoints: UpstreamStatus["endpoints"], what: "active" | "idle"): number {
  return endpoints.reduce((sum, endpoint) => sum + endpoint[what], 0);
}
