import type { Resource } from "./resources.ts";

/** networking.k8s.io/v1 IngressClass. */
export interface IngressClass extends Resource {
  readonly kind: "IngressClass";
  readonly spec: { readonly controller: string };
}
