import type { Route } from "../../snapshot/route.ts";
import type { Upstream } from "../../snapshot/upstream.ts";
import { namedBy } from "../resources/resource-key.ts";
import { addressingOf } from "./first-port.ts";
import type { PartsOver } from "./parts-over.ts";
import { originOf } from "./place.ts";
import type { Translating } from "./translating.ts";
import type { MergedHosts } from "./virtual-hosts.ts";

const ANY = "*";

/**
 * Has the first port of a Service serve what no rule matches (`--default-backend-service`), unless an Ingress that is a defaultBackend does.
 * Without endpoints it serves nothing, as in ingress-nginx: what matches nothing is then not found, as without the flag.
 */
export function layDefaultBackend(merged: MergedHosts, over: PartsOver, translating: Translating): void {
  const { defaultBackend } = translating.options;
  if (defaultBackend === undefined) return;
  const host = over.virtualHosts.get(ANY) ?? merged.virtualHosts.get(ANY) ?? { host: ANY, routes: [] };
  if (host.defaultRoute !== undefined) return;
  const upstream = upstreamOf(defaultBackend, translating);
  if (upstream === null) return;
  const defaultRoute: Route = {
    name: "default-backend-service",
    origin: { kind: "Service", ...namedBy(defaultBackend) },
    match: { kind: "prefix", path: "/" },
    middleware: [],
    action: { kind: "forward", upstream: upstream.name },
  };
  over.virtualHosts.set(ANY, { ...host, defaultRoute });
  over.upstreams.set(upstream.name, upstream);
}

function upstreamOf(key: string, translating: Translating): Upstream | null {
  const service = translating.catalogue.services.get(key);
  const report = (problem: string, remedy: string): null => {
    translating.problems.add({
      severity: "warning",
      code: "DefaultBackendNotServed",
      scope: "reference",
      object: service === undefined ? { kind: "Service", ...namedBy(key) } : originOf(service),
      message: `--default-backend-service names Service ${key}, which ${problem}: what matches no rule is answered 404`,
      remedy,
    });
    return null;
  };
  if (service === undefined) return report("does not exist", "Create it, or correct the flag");
  const addressing = addressingOf(service, translating);
  if ("problem" in addressing) return report(addressing.problem, addressing.remedy);
  return {
    name: `${key}:${service.spec.ports[0]?.port ?? ""}`,
    origin: originOf(service),
    protocol: "http",
    addressing,
    balancing: { kind: "round-robin" },
  };
}
