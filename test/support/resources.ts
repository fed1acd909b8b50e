import { resourceSet } from "../../src/control-plane/resources/resource-set.ts";
import type { Endpoints, EndpointSubset } from "../../src/control-plane/resources/endpoints.ts";
import type { EndpointSlice } from "../../src/control-plane/resources/endpoint-slice.ts";
import type { Ingress, IngressBackend, IngressPath } from "../../src/control-plane/resources/ingress.ts";
import type { IngressClass } from "../../src/control-plane/resources/ingress-class.ts";
import type { ObjectMeta } from "../../src/control-plane/resources/resources.ts";
import type { Secret } from "../../src/control-plane/resources/secret.ts";
import type { Service } from "../../src/control-plane/resources/service.ts";
import type { TranslateOptions } from "../../src/control-plane/translate/options.ts";
import { translate } from "../../src/control-plane/translate/translate.ts";
import type { Translation } from "../../src/control-plane/translate/translation.ts";

/** Resources made in code. Names are "name", of namespace "default", or "namespace/name". */
type Object = Ingress | IngressClass | Service | EndpointSlice | Endpoints | Secret;

function meta(key: string, given: Partial<ObjectMeta> = {}): ObjectMeta {
  const [namespace, name] = key.includes("/") ? (key.split("/") as [string, string]) : ["default", key];
  return { name, namespace, creationTimestamp: null, annotations: {}, labels: {}, ...given };
}

/** A backend by Service port: "web:80", "web:http". */
export function backend(text: string): IngressBackend {
  const [name = "", port = ""] = text.split(":");
  return { service: { name, port: /^\d+$/.test(port) ? { number: Number(port) } : { name: port } } };
}

/** A Prefix path unless said otherwise: path("/foo", "web:80", "Exact"). */
export function path(written: string, to: string, pathType = "Prefix"): IngressPath {
  return { path: written, pathType, backend: backend(to) };
}

/** An Ingress without class; one rule with path / to web:80 unless `spec` says otherwise. */
export function ingress(
  key: string,
  spec: Partial<Ingress["spec"]> = { rules: [{ host: "shop.example.com", paths: [path("/", "web:80")] }] },
  annotations: Record<string, string> = {},
  creationTimestamp: number | null = null,
): Ingress {
  return {
    kind: "Ingress",
    metadata: meta(key, { annotations, creationTimestamp }),
    spec: { rules: [], tls: [], ...spec },
  };
}

/** `annotated("auth-url", "…")`: annotations under the prefix of ingress-nginx. */
export function nginx(annotations: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(annotations).map(([name, value]) => [`nginx.ingress.kubernetes.io/${name}`, value]),
  );
}

export function ingressClass(name: string, controller: string, isDefault = false): IngressClass {
  const annotations: Record<string, string> = isDefault
    ? { "ingressclass.kubernetes.io/is-default-class": "true" }
    : {};
  return { kind: "IngressClass", metadata: { ...meta(name, { annotations }), namespace: "" }, spec: { controller } };
}

/** A ClusterIP Service with selector app=NAME and the unnamed TCP port 80, unless `spec` says otherwise. */
export function service(key: string, spec: Partial<Service["spec"]> = {}): Service {
  const metadata = meta(key);
  return {
    kind: "Service",
    metadata,
    spec: {
      type: "ClusterIP",
      selector: { app: metadata.name },
      publishNotReadyAddresses: false,
      ports: [{ port: 80, protocol: "TCP" }],
      ...spec,
    },
  };
}

/** A slice of Service `key` with the unnamed port 8080; endpoints given as addresses are ready. */
export function slice(
  key: string,
  endpoints: readonly (string | EndpointSlice["endpoints"][number])[],
  given: Partial<Pick<EndpointSlice, "addressType" | "ports">> & { readonly name?: string } = {},
): EndpointSlice {
  const { namespace, name } = meta(key);
  return {
    kind: "EndpointSlice",
    metadata: meta(`${namespace}/${given.name ?? `${name}-1`}`, { labels: { "kubernetes.io/service-name": name } }),
    addressType: given.addressType ?? "IPv4",
    ports: given.ports ?? [{ port: 8080, protocol: "TCP" }],
    endpoints: endpoints.map((one) => (typeof one === "string" ? { addresses: [one], conditions: {} } : one)),
  };
}

export function endpoints(key: string, subsets: readonly Partial<EndpointSubset>[]): Endpoints {
  return {
    kind: "Endpoints",
    metadata: meta(key),
    subsets: subsets.map((subset) => ({
      addresses: [],
      notReadyAddresses: [],
      ports: [{ port: 8080, protocol: "TCP" }],
      ...subset,
    })),
  };
}

export function tlsSecret(key: string, data: Record<string, string>, type = "kubernetes.io/tls"): Secret {
  return { kind: "Secret", metadata: meta(key), type, data };
}

/** Options as `dev` has them for Ingresses without class, but strict about loopback names. */
export const OPTIONS: TranslateOptions = {
  ingressClasses: [],
  serveWithoutClass: true,
  maps: [],
  allowLoopbackNames: false,
};

export function translated(objects: readonly Object[], options: Partial<TranslateOptions> = {}): Translation {
  return translate(resourceSet(objects), { ...OPTIONS, ...options });
}

/** "error PathConflict shop/web", one a diagnostic: what most tests compare. */
export function codes({ diagnostics }: Translation): string[] {
  return diagnostics.map(({ severity, code, object }) => `${severity} ${code} ${object.namespace}/${object.name}`);
}
