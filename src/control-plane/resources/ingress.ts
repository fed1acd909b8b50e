import type { Resource } from "./resource.ts";

/**
 * networking.k8s.io/v1 Ingress. Fields may be absent or nonsense as the user wrote them: the translator judges values, the reader only shapes.
 * null stands for what could not be read at all, which the reader has reported: it keeps the place of a list item, and it is not the same
 * as what was never written.
 */
export interface Ingress extends Resource {
  readonly kind: "Ingress";
  readonly spec: {
    readonly ingressClassName?: string;
    readonly defaultBackend?: IngressBackend | null;
    readonly rules: readonly (IngressRule | null)[];
    readonly tls: readonly (IngressTls | null)[];
  };
}

export interface IngressRule {
  readonly host?: string;
  /** Absent when the rule has no `http`. */
  readonly paths?: readonly (IngressPath | null)[] | null;
}

export interface IngressPath {
  readonly path?: string;
  /** As written; valid are Exact, Prefix, ImplementationSpecific. */
  readonly pathType?: string;
  readonly backend: IngressBackend | null;
}

export interface IngressBackend {
  readonly service?: { readonly name: string; readonly port: { readonly name?: string; readonly number?: number } };
  readonly resource?: { readonly apiGroup?: string; readonly kind: string; readonly name: string };
}

export interface IngressTls {
  readonly hosts: readonly (string | null)[];
  readonly secretName?: string;
}
