/** A collection that the fake API server has. */
export interface FakeKind {
  /** "" for the core group. */
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  readonly kind: string;
  readonly namespaced: boolean;
  /** It has a /status of its own; writes to the object leave its status alone, and the other way round. */
  readonly status: boolean;
}

function kind(apiVersion: string, plural: string, name: string, namespaced = true, status = false): FakeKind {
  const [group = "", version = ""] = apiVersion.includes("/") ? apiVersion.split("/") : ["", apiVersion];
  return { group, version, plural, kind: name, namespaced, status };
}

/** Add a row for another kind. */
export const KINDS: readonly FakeKind[] = [
  kind("v1", "namespaces", "Namespace", false),
  kind("v1", "nodes", "Node", false, true),
  kind("v1", "pods", "Pod", true, true),
  kind("v1", "services", "Service", true, true),
  kind("v1", "endpoints", "Endpoints"),
  kind("v1", "secrets", "Secret"),
  kind("v1", "configmaps", "ConfigMap"),
  kind("v1", "events", "Event"),
  kind("events.k8s.io/v1", "events", "Event"),
  kind("networking.k8s.io/v1", "ingresses", "Ingress", true, true),
  kind("networking.k8s.io/v1", "ingressclasses", "IngressClass", false),
  kind("discovery.k8s.io/v1", "endpointslices", "EndpointSlice"),
  kind("coordination.k8s.io/v1", "leases", "Lease"),
  kind("admissionregistration.k8s.io/v1", "validatingwebhookconfigurations", "ValidatingWebhookConfiguration", false),
];

export function apiVersionOf({ group, version }: FakeKind): string {
  return group === "" ? version : `${group}/${version}`;
}
