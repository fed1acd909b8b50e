import type { EndpointSlice } from "../../src/control-plane/resources/endpoint-slice.ts";
import type { Ingress } from "../../src/control-plane/resources/ingress.ts";
import type { ResourceSet } from "../../src/control-plane/resources/resources.ts";
import type { Secret } from "../../src/control-plane/resources/secret.ts";
import type { Service } from "../../src/control-plane/resources/service.ts";
import { makeManyPairs } from "./many-pairs.ts";

/** How many of each there are. Every Ingress has a Service of its own, half of them a certificate. */
export interface Size {
  readonly ingresses: number;
  readonly endpoints: number;
  readonly certificates: number;
}

export const TARGET: Size = sizeOf(10_000);

/** Five endpoints an Ingress, a certificate for each second. */
export function sizeOf(ingresses: number): Size {
  return { ingresses, endpoints: ingresses * 5, certificates: Math.floor(ingresses / 2) };
}

/** "h000042.scale.test": 17 characters and one label of its own each. */
export function hostOf(index: number): string {
  return `h${String(index).padStart(5, "0")}.scale.test`;
}

/** Resources as a cluster source gives them, 1 to 5 paths an Ingress. */
export async function makeCluster(size: Size): Promise<ResourceSet> {
  const numbers = Array.from({ length: size.ingresses }, (_, index) => index);
  const pairs = await makeManyPairs(numbers.slice(0, size.certificates).map(hostOf));
  const each = Math.round(size.endpoints / size.ingresses);
  return {
    ingresses: numbers.map((index) => makeIngress(index, index < size.certificates)),
    ingressClasses: [],
    services: numbers.map(makeService),
    endpointSlices: numbers.map((index) => makeSlice(index, each)),
    endpoints: [],
    secrets: pairs.map((data, index) => makeSecret(index, data)),
    configMaps: [],
  };
}

function meta(kind: string, index: number) {
  const name = `${kind}-${index}`;
  const own = { uid: name, creationTimestamp: 1_700_000_000_000 + index * 1000 };
  return { name, namespace: `team-${index % 100}`, ...own, annotations: {}, labels: {} };
}

export function makeIngress(index: number, secured: boolean, paths = 1 + (index % 5)): Ingress {
  const service = { name: `service-${index}`, port: { number: 80 } };
  const host = hostOf(index);
  return {
    kind: "Ingress",
    metadata: meta("ingress", index),
    spec: {
      ingressClassName: "ts-ingress",
      tls: secured ? [{ hosts: [host], secretName: `secret-${index}` }] : [],
      rules: [
        {
          host,
          paths: Array.from({ length: paths }, (_, path) => ({
            path: path === 0 ? "/" : `/part-${path}`,
            pathType: "Prefix",
            backend: { service },
          })),
        },
      ],
    },
  };
}

export function makeService(index: number): Service {
  return {
    kind: "Service",
    metadata: meta("service", index),
    spec: {
      type: "ClusterIP",
      ports: [{ name: "http", port: 80, targetPort: 8080, protocol: "TCP" }],
      selector: { app: `app-${index}` },
      publishNotReadyAddresses: false,
    },
  };
}

/** @param shift 0 to 240; moves the last address, as a pod that is replaced does, or all of them */
export function makeSlice(index: number, endpoints: number, shift = 0, all = false): EndpointSlice {
  const labels = { "kubernetes.io/service-name": `service-${index}` };
  return {
    kind: "EndpointSlice",
    metadata: { ...meta("slice", index), labels },
    addressType: "IPv4",
    ports: [{ name: "http", port: 8080, protocol: "TCP" }],
    endpoints: Array.from({ length: endpoints }, (_, at) => ({
      addresses: [`10.${index >> 8}.${index & 255}.${1 + at + (all || at === endpoints - 1 ? shift : 0)}`],
      conditions: { ready: true },
    })),
  };
}

export function makeSecret(index: number, data: Secret["data"]): Secret {
  return { kind: "Secret", metadata: meta("secret", index), type: "kubernetes.io/tls", data };
}
