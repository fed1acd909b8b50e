import type { Resource } from "./resource.ts";

/** discovery.k8s.io/v1 EndpointSlice; null keeps the place of an item that could not be read. The Service is named by the label kubernetes.io/service-name. */
export interface EndpointSlice extends Resource {
  readonly kind: "EndpointSlice";
  /** IPv4, IPv6 or FQDN. */
  readonly addressType: string;
  readonly ports: readonly (EndpointPort | null)[];
  readonly endpoints: readonly (SliceEndpoint | null)[];
}

export interface SliceEndpoint {
  readonly addresses: readonly (string | null)[];
  /** A nil `ready` means ready; a nil `serving` follows ready; a nil `terminating` means false. */
  readonly conditions: { readonly ready?: boolean; readonly serving?: boolean; readonly terminating?: boolean };
}

export interface EndpointPort {
  /** "" or absent matches the Service's unnamed port. */
  readonly name?: string;
  readonly port?: number;
  readonly protocol: string;
}
