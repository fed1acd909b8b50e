// The Kubernetes objects we read, only the fields we read.
// In: nothing. Out: types (this file), and readers that make them of untyped input (one file a kind).
// Never: a decision about routing.
import type { Endpoints } from "./endpoints.ts";
import type { EndpointSlice } from "./endpoint-slice.ts";
import type { Ingress } from "./ingress.ts";
import type { IngressClass } from "./ingress-class.ts";
import type { Secret } from "./secret.ts";
import type { Service } from "./service.ts";

/** Where a resource was written, for messages that point at the line. */
export interface Place {
  readonly file: string;
  /** 1-based line of the field at `path` ("spec", "rules", 0, "host"), or of its nearest ancestor that was written. */
  lineOf(path: readonly (string | number)[]): number;
}

/** What every resource has. */
export interface Resource {
  readonly kind: string;
  readonly metadata: ObjectMeta;
  /** Absent for objects of a cluster. */
  readonly place?: Place;
}

export interface ObjectMeta {
  readonly name: string;
  /** "" for cluster-scoped kinds. */
  readonly namespace: string;
  readonly uid?: string;
  /** Milliseconds since 1970, or null: objects in a folder have none and are tied. */
  readonly creationTimestamp: number | null;
  readonly annotations: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
}

/** All resources at one moment: the translator's whole input. */
export interface ResourceSet {
  readonly ingresses: readonly Ingress[];
  readonly ingressClasses: readonly IngressClass[];
  readonly services: readonly Service[];
  readonly endpointSlices: readonly EndpointSlice[];
  /** Legacy; an EndpointSlice of the same Service wins. */
  readonly endpoints: readonly Endpoints[];
  readonly secrets: readonly Secret[];
}
