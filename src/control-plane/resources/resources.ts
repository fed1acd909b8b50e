// The Kubernetes objects we read, only the fields we read.
// In: nothing. Out: types (this file), and readers that make them of untyped input (one file a kind).
// Never: a decision about routing.
import type { ConfigMap } from "./config-map.ts";
import type { Endpoints } from "./endpoints.ts";
import type { EndpointSlice } from "./endpoint-slice.ts";
import type { Ingress } from "./ingress.ts";
import type { IngressClass } from "./ingress-class.ts";
import type { Secret } from "./secret.ts";
import type { Service } from "./service.ts";

export type { ObjectMeta, Place, Resource } from "./resource.ts";

/** All resources at one moment: the translator's whole input. */
export interface ResourceSet {
  readonly ingresses: readonly Ingress[];
  readonly ingressClasses: readonly IngressClass[];
  readonly services: readonly Service[];
  readonly endpointSlices: readonly EndpointSlice[];
  /** Legacy; an EndpointSlice of the same Service wins. */
  readonly endpoints: readonly Endpoints[];
  readonly secrets: readonly Secret[];
  readonly configMaps: readonly ConfigMap[];
}
