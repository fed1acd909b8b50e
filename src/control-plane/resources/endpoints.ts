import type { EndpointPort } from "./endpoint-slice.ts";
import type { Resource } from "./resource.ts";

/** v1 Endpoints, the legacy form: named like its Service. */
export interface Endpoints extends Resource {
  readonly kind: "Endpoints";
  readonly subsets: readonly EndpointSubset[];
}

export interface EndpointSubset {
  readonly addresses: readonly string[];
  readonly notReadyAddresses: readonly string[];
  readonly ports: readonly EndpointPort[];
}
