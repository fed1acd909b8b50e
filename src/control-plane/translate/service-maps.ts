import type { Addressing } from "../../snapshot/upstream.ts";
import { withoutBrackets } from "./hosts.ts";
import type { ServiceMap } from "./options.ts";
import type { PortReference } from "./service-ports.ts";
import type { Translating } from "./translating.ts";

/** The `--map` for a Service port, by its name or its number; remembered as used. */
export function findMap(
  namespace: string,
  service: string,
  port: PortReference,
  translating: Translating,
): ServiceMap | null {
  const found = translating.options.maps.find(
    (map) =>
      map.namespace === namespace &&
      map.service === service &&
      (map.port === port.name || map.port === String(port.number)),
  );
  if (found !== undefined) translating.usedMaps.add(found);
  return found ?? null;
}

/** A map replaces whatever endpoints the Service has. */
export function mappedAddressing(map: ServiceMap): Addressing {
  const address = withoutBrackets(map.to.host);
  return { kind: "endpoints", endpoints: [{ address, port: map.to.port }] };
}

/** "--map shop/web:80=127.0.0.1:3000", as the user wrote it. */
function describeMap(map: ServiceMap): string {
  return `--map ${map.namespace}/${map.service}:${map.port}=${map.to.host}:${map.to.port}`;
}

/** A map that no backend asked for is probably mistyped. */
export function reportUnusedMaps({ options, usedMaps, problems }: Translating): void {
  for (const map of options.maps) {
    if (usedMaps.has(map)) continue;
    problems.add({
      severity: "warning",
      code: "MapUnused",
      scope: "reference",
      object: { kind: "Flag", namespace: "", name: describeMap(map) },
      message: `no Ingress served here has the backend ${map.namespace}/${map.service}:${map.port}`,
      remedy: "Name the namespace, Service and port as an Ingress does",
    });
  }
}
