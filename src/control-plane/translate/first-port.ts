import type { Addressing } from "../../snapshot/upstream.ts";
import { keyOf } from "../resources/resource-key.ts";
import type { Service } from "../resources/service.ts";
import { externalAddressing, externalPort } from "./external-name.ts";
import { endpointsOf } from "./service-endpoints.ts";
import { findMap, mappedAddressing } from "./service-maps.ts";
import type { Translating } from "./translating.ts";

/** Where the first port of a Service leads. `problem` completes "Service shop/errors …". */
export function addressingOf(
  service: Service,
  translating: Translating,
): Addressing | { readonly problem: string; readonly remedy: string } {
  const { namespace, name } = service.metadata;
  const [port] = service.spec.ports;
  if (port === undefined) return { problem: "has no port", remedy: "Give it one" };
  if (port.protocol !== "TCP") {
    return {
      problem: `has ${port.protocol} as the protocol of its first port`,
      remedy: "Make its first port one of TCP",
    };
  }
  const map = findMap(namespace, name, { ...port, number: port.port }, translating);
  if (map !== null) return mappedAddressing(map);
  if (service.spec.type === "ExternalName") {
    const reading = externalAddressing(service.spec.externalName, externalPort(port), translating.options);
    return "addressing" in reading ? reading.addressing : reading;
  }
  const { endpoints, whyEmpty } = endpointsOf(service, port, translating);
  if (whyEmpty === null) return { kind: "endpoints", endpoints };
  return { problem: `has no endpoints: ${whyEmpty}`, remedy: `Start the pods of ${keyOf(service)}` };
}
