// The made cluster as an API server stores it.
import type { EndpointSlice } from "../../src/control-plane/resources/endpoint-slice.ts";
import type { Ingress } from "../../src/control-plane/resources/ingress.ts";
import type { Secret } from "../../src/control-plane/resources/secret.ts";
import type { Service } from "../../src/control-plane/resources/service.ts";
import type { Draft } from "../cluster/fake/object.ts";
import { hostOf, makeIngress, makeSecret, makeService, makeSlice, type Size } from "./made-cluster.ts";
import { makeManyPairs } from "./many-pairs.ts";

/** Where all endpoints are: every address of a network leads to the one server that listens on this port. */
export interface Place {
  readonly port: number;
  /** 127 is loopback, which a real API server refuses for endpoints. */
  readonly network: "127" | "10";
}

/** An object, and the plural of its kind. */
export interface Placed {
  readonly resource: string;
  readonly draft: Draft;
}

/** The whole cluster: first the namespaces and what is not in them, last who refers to all others. */
export async function objectsOf(size: Size, place: Place): Promise<Placed[]> {
  const each = Math.round(size.endpoints / size.ingresses);
  const numbers = Array.from({ length: size.ingresses }, (_, index) => index);
  const all = (resource: string, drafts: readonly Draft[]): Placed[] => drafts.map((draft) => ({ resource, draft }));
  const pairs = await makeManyPairs(numbers.slice(0, size.certificates).map(hostOf));
  const ingresses = numbers.map((index) => ingressObject(makeIngress(index, index < size.certificates)));
  const namespaces = new Set(ingresses.map(({ metadata }) => metadata?.namespace));
  return [
    { resource: "ingressclasses", draft: CLASS },
    ...all(
      "namespaces",
      Array.from(namespaces, (name) => ({ metadata: { name: name ?? "" } })),
    ),
    ...all(
      "secrets",
      pairs.map((data, index) => secretObject(makeSecret(index, data))),
    ),
    ...all(
      "services",
      numbers.map((index) => serviceObject(makeService(index))),
    ),
    ...all(
      "endpointslices",
      numbers.map((index) => sliceObject(makeSlice(index, each), place)),
    ),
    ...all("ingresses", ingresses),
  ];
}

const CLASS: Draft = { metadata: { name: "ts-ingress" }, spec: { controller: "ts-ingress.io/controller" } };

export function ingressObject({ metadata, spec }: Ingress): Draft {
  const rules = spec.rules.map((rule) => ({ host: rule?.host, http: { paths: rule?.paths } }));
  return { metadata: metaOf(metadata), spec: { ...spec, rules } };
}

/** Without an address of its own: of these an API server gives to each what nobody has, which is slow and nothing of ours. */
function serviceObject({ metadata, spec }: Service): Draft {
  return { metadata: metaOf(metadata), spec: { ...spec, clusterIP: "None" } };
}

/** The addresses of a made slice, where all of them are in one network. */
export function addressesIn({ endpoints }: EndpointSlice, network: Place["network"]): string[] {
  return endpoints.flatMap((one) => one?.addresses.map((address) => moved(address, network)) ?? []);
}

function moved(address: string | null, network: Place["network"]): string {
  return (address ?? "").replace(/^10\./, `${network}.`);
}

export function sliceObject({ metadata, addressType, ports, endpoints }: EndpointSlice, place: Place): Draft {
  return {
    metadata: metaOf(metadata),
    addressType,
    ports: ports.map((one) => ({ ...one, port: place.port })),
    endpoints: endpoints.map((one) => ({
      ...one,
      addresses: one?.addresses.map((address) => moved(address, place.network)),
    })),
  };
}

function secretObject({ metadata, type, data }: Secret): Draft {
  const encoded = Object.entries(data).map(([key, value]) => [key, Buffer.from(value).toString("base64")]);
  return { metadata: metaOf(metadata), type, data: Object.fromEntries(encoded) as unknown };
}

function metaOf({ name, namespace, annotations, labels }: Ingress["metadata"]): NonNullable<Draft["metadata"]> {
  return { name, namespace, annotations, labels };
}
