import type { ConfigMap } from "./config-map.ts";
import type { Endpoints } from "./endpoints.ts";
import type { EndpointSlice } from "./endpoint-slice.ts";
import type { Ingress } from "./ingress.ts";
import type { IngressClass } from "./ingress-class.ts";
import type { ResourceSet } from "./resources.ts";
import type { Secret } from "./secret.ts";
import type { Service } from "./service.ts";

/** Any of the kinds we read. */
export type KnownResource = Ingress | IngressClass | Service | EndpointSlice | Endpoints | Secret | ConfigMap;

/** Sorts resources by kind, each kind in the order given. */
export function resourceSet(resources: readonly KnownResource[]): ResourceSet {
  return {
    ingresses: resources.filter((resource) => resource.kind === "Ingress"),
    ingressClasses: resources.filter((resource) => resource.kind === "IngressClass"),
    services: resources.filter((resource) => resource.kind === "Service"),
    endpointSlices: resources.filter((resource) => resource.kind === "EndpointSlice"),
    endpoints: resources.filter((resource) => resource.kind === "Endpoints"),
    secrets: resources.filter((resource) => resource.kind === "Secret"),
    configMaps: resources.filter((resource) => resource.kind === "ConfigMap"),
  };
}

/** All resources of a set in one list. */
export function allResources(set: ResourceSet): KnownResource[] {
  return [
    ...set.ingresses,
    ...set.ingressClasses,
    ...set.services,
    ...set.endpointSlices,
    ...set.endpoints,
    ...set.secrets,
    ...set.configMaps,
  ];
}
