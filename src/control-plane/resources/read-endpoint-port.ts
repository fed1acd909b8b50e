import type { EndpointPort } from "./endpoint-slice.ts";
import type { Field } from "./field.ts";
import { onlyWritten } from "./only-written.ts";

/** Shapes a port of an EndpointSlice or of Endpoints. */
export function readEndpointPort(port: Field): EndpointPort {
  port.map();
  return onlyWritten<EndpointPort>({
    name: port.at("name").text(),
    port: port.at("port").integer(),
    protocol: port.at("protocol").text() ?? "TCP",
  });
}
