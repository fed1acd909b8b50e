import type { Endpoints, EndpointSubset } from "./endpoints.ts";
import type { Field } from "./field.ts";
import { readEndpointPort } from "./read-endpoint-port.ts";
import type { ObjectMeta } from "./resource.ts";

/** Shapes legacy Endpoints; a bad address costs that address, a bad port that port. */
export function readEndpoints(object: Field, metadata: ObjectMeta): Endpoints {
  return { kind: "Endpoints", metadata, subsets: object.at("subsets").items(readSubset) };
}

function readSubset(subset: Field): EndpointSubset {
  subset.map();
  return {
    addresses: subset.at("addresses").items(readAddress),
    notReadyAddresses: subset.at("notReadyAddresses").items(readAddress),
    ports: subset.at("ports").items(readEndpointPort),
  };
}

function readAddress(address: Field): string {
  const ip = address.map().at("ip");
  return ip.must(ip.text());
}
