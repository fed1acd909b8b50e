import type { EndpointSlice, SliceEndpoint } from "./endpoint-slice.ts";
import type { Field } from "./field.ts";
import { onlyWritten } from "./only-written.ts";
import { readEndpointPort } from "./read-endpoint-port.ts";
import type { ObjectMeta } from "./resource.ts";

/** Shapes an EndpointSlice; a bad endpoint costs that endpoint, a bad port that port. */
export function readEndpointSlice(object: Field, metadata: ObjectMeta): EndpointSlice {
  const addressType = object.at("addressType");
  return {
    kind: "EndpointSlice",
    metadata,
    addressType: addressType.must(addressType.text()),
    ports: object.at("ports").items(readEndpointPort),
    endpoints: object.at("endpoints").items(readEndpoint),
  };
}

function readEndpoint(endpoint: Field): SliceEndpoint {
  endpoint.map();
  const addresses = endpoint.at("addresses");
  addresses.must(addresses.value);
  const conditions = endpoint.at("conditions");
  if (conditions.written) conditions.map();
  return {
    addresses: addresses.items((address) => address.must(address.text())),
    conditions: onlyWritten<SliceEndpoint["conditions"]>({
      ready: conditions.at("ready").flag(),
      serving: conditions.at("serving").flag(),
      terminating: conditions.at("terminating").flag(),
    }),
  };
}
