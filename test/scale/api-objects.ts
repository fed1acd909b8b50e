// The made cluster as an API server stores it.
import type { EndpointSlice } from "../../src/control-plane/resources/endpoint-slice.ts";
import type { Ingress } from "../../src/control-plane/resources/ingress.ts";
import type { Secret } from "../../src/control-plane/resources/secret.ts";
import type { Service } from "../../src/control-plane/resources/service.ts";
import type { FakeApiServer } from "../cluster/fake/fake-api-server.ts";
import type { Draft } from "../cluster/fake/object.ts";
import { hostOf, makeIngress, makeSecret, makeService, makeSlice, type Size } from "./made-cluster.ts";
import { makeManyPairs } from "./many-pairs.ts";

/** Puts the whole cluster into an API server. @param port of all endpoints */
export async function fillCluster(api: FakeApiServer, size: Size, port: number): Promise<void> {
  const each = Math.round(size.endpoints / size.ingresses);
  const names = Array.from({ length: size.certificates }, (_, index) => hostOf(index));
  for (const [index, data] of (await makeManyPairs(names)).entries()) {
    api.put("secrets", secretObject(makeSecret(index, data)));
  }
  for (let index = 0; index < size.ingresses; index += 1) {
    api.put("ingresses", ingressObject(makeIngress(index, index < size.certificates)));
    api.put("services", serviceObject(makeService(index)));
    api.put("endpointslices", sliceObject(makeSlice(index, each), port));
  }
}

export function ingressObject({ metadata, spec }: Ingress): Draft {
  const rules = spec.rules.map((rule) => ({ host: rule?.host, http: { paths: rule?.paths } }));
  return { metadata: metaOf(metadata), spec: { ...spec, rules } };
}

function serviceObject({ metadata, spec }: Service): Draft {
  return { metadata: metaOf(metadata), spec: { ...spec } };
}

/** The addresses of a made slice, where all of them are on loopback. */
export function addressesIn({ endpoints }: EndpointSlice): string[] {
  return endpoints.flatMap((one) => one?.addresses.map(onLoopback) ?? []);
}

function onLoopback(address: string | null): string {
  return (address ?? "").replace(/^10\./, "127.");
}

/** @param port of all endpoints, which are all on loopback */
export function sliceObject({ metadata, addressType, ports, endpoints }: EndpointSlice, port: number): Draft {
  return {
    metadata: metaOf(metadata),
    addressType,
    ports: ports.map((one) => ({ ...one, port })),
    endpoints: endpoints.map((one) => ({
      ...one,
      addresses: one?.addresses.map(onLoopback),
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
