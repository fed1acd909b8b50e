import type { Endpoints } from "../resources/endpoints.ts";
import type { EndpointSlice } from "../resources/endpoint-slice.ts";
import { keyIn, keyOf } from "../resources/resource-key.ts";
import type { Resource, ResourceSet } from "../resources/resources.ts";
import type { Secret } from "../resources/secret.ts";
import type { Service } from "../resources/service.ts";

/** Of an EndpointSlice: the Service it belongs to. */
export const SERVICE_NAME_LABEL = "kubernetes.io/service-name";

/** The objects Ingresses refer to, by "namespace/name". */
export interface Catalogue {
  readonly services: ReadonlyMap<string, Service>;
  readonly secrets: ReadonlyMap<string, Secret>;
  /** By the Service they belong to. */
  readonly slices: ReadonlyMap<string, readonly EndpointSlice[]>;
  readonly endpoints: ReadonlyMap<string, Endpoints>;
}

export function catalogueOf(resources: ResourceSet): Catalogue {
  return {
    services: byName(resources.services),
    secrets: byName(resources.secrets),
    slices: Map.groupBy(
      resources.endpointSlices.filter((slice) => slice.metadata.labels[SERVICE_NAME_LABEL] !== undefined),
      (slice) => keyIn(slice.metadata.namespace, slice.metadata.labels[SERVICE_NAME_LABEL] ?? ""),
    ),
    endpoints: byName(resources.endpoints),
  };
}

/** Of two objects with one name the first stands. */
function byName<Kind extends Resource>(resources: readonly Kind[]): Map<string, Kind> {
  return new Map(resources.toReversed().map((resource) => [keyOf(resource), resource]));
}
