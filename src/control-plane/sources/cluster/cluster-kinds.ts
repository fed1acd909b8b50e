/** A kind of objects as it is followed in a cluster. */
export interface ClusterKind {
  readonly kind: string;
  readonly apiVersion: string;
  /** For messages and metrics, and in paths. */
  readonly plural: string;
  readonly namespaced: boolean;
  /** Of all there are, which; "" for all. */
  readonly fieldSelector?: string;
}

export const INGRESSES: ClusterKind = {
  kind: "Ingress",
  apiVersion: "networking.k8s.io/v1",
  plural: "ingresses",
  namespaced: true,
};
export const INGRESS_CLASSES: ClusterKind = {
  kind: "IngressClass",
  apiVersion: "networking.k8s.io/v1",
  plural: "ingressclasses",
  namespaced: false,
};
export const SERVICES: ClusterKind = { kind: "Service", apiVersion: "v1", plural: "services", namespaced: true };
export const ENDPOINT_SLICES: ClusterKind = {
  kind: "EndpointSlice",
  apiVersion: "discovery.k8s.io/v1",
  plural: "endpointslices",
  namespaced: true,
};
export const SECRETS: ClusterKind = { kind: "Secret", apiVersion: "v1", plural: "secrets", namespaced: true };
/** Of Secrets, only certificates: passwords and tokens of all others never come near us. */
export const TLS_SECRETS: ClusterKind = { ...SECRETS, fieldSelector: "type=kubernetes.io/tls" };
export const CONFIG_MAPS: ClusterKind = { kind: "ConfigMap", apiVersion: "v1", plural: "configmaps", namespaced: true };
export const NAMESPACES: ClusterKind = { kind: "Namespace", apiVersion: "v1", plural: "namespaces", namespaced: false };

/** "/apis/networking.k8s.io/v1/ingresses"; below a namespace where one is given and the kind has any. */
export function pathOf({ apiVersion, plural, namespaced }: ClusterKind, namespace: string | undefined): string {
  const group = apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  return namespaced && namespace !== undefined ? `${group}/namespaces/${namespace}/${plural}` : `${group}/${plural}`;
}
