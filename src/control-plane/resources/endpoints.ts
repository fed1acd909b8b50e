import type { EndpointPort } from "./endpoint-slice.ts";
import type { Resource } from "./resource.ts";

/** v1 Endpoints, the legacy form: named like its Service; null keeps the place of an item that could not be read. */
export interface Endpoints extends Resource {
  readonly kind: "Endpoints";
  readonly subsets: readonly (EndpointSubset | null)[];
}

export interface EndpointSubset {
  readonly addresses: readonly (string | null)[];
  readonly notReadyAddresses: readonly (string | null)[];
  readonly ports: readonly (EndpointPort | null)[];
}
