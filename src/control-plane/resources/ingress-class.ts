import type { Resource } from "./resource.ts";

/** networking.k8s.io/v1 IngressClass. */
export interface IngressClass extends Resource {
  readonly kind: "IngressClass";
  readonly spec: { readonly controller: string };
}
