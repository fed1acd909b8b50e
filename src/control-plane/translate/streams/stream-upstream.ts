import type { Addressing, Upstream } from "../../../snapshot/upstream.ts";
import type { Origin } from "../../../snapshot/origin.ts";
import { keyIn } from "../../resources/resource-key.ts";
import { externalAddressing, externalPort } from "../external-name.ts";
import { originOf } from "../place.ts";
import { endpointsOf } from "../service-endpoints.ts";
import { findMap, mappedAddressing } from "../service-maps.ts";
import { describePorts, describeReference, findServicePort } from "../service-ports.ts";
import type { Translating } from "../translating.ts";
import type { StreamEntry } from "./stream-entry.ts";
import type { StreamProtocol } from "./stream-maps.ts";

/** Follows an entry to the endpoints of its Service port. Reports what is wrong on the ConfigMap. @param object the entry's line in it */
export function streamUpstream(
  entry: StreamEntry,
  protocol: StreamProtocol,
  object: Origin,
  translating: Translating,
): Upstream | null {
  const { namespace, service: name, servicePort } = entry;
  const key = keyIn(namespace, name);
  const wanted = protocol.toUpperCase();
  const refuse = (code: string, what: string, remedy: string): null => {
    const message = `port ${entry.port} names ${what}`;
    translating.problems.add({ severity: "error", code, scope: "reference", object, message, remedy });
    return null;
  };
  const service = translating.catalogue.services.get(key);
  const port = service === undefined ? null : findServicePort(service, servicePort, wanted);
  const map = findMap(namespace, name, port === null ? servicePort : { ...port, number: port.port }, translating);
  const upstream = (addressing: Addressing): Upstream => ({
    name: `${key}:${port?.port ?? describeReference(servicePort)} ${protocol}`,
    origin: service === undefined ? { kind: "Service", namespace, name } : originOf(service),
    protocol,
    addressing,
    balancing: { kind: "round-robin" },
  });
  if (map !== null) return upstream(mappedAddressing(map));
  if (service === undefined) {
    const remedy = "Create the Service, or correct the name";
    return refuse("ServiceNotFound", `Service ${key}, which does not exist`, remedy);
  }
  if (port !== null && port.protocol !== wanted) {
    const what = `port ${describeReference(servicePort)} of Service ${key}, whose protocol is ${port.protocol}`;
    const code = protocol === "tcp" ? "ServicePortNotTcp" : "ServicePortNotUdp";
    return refuse(code, what, `Name a port with protocol ${wanted}`);
  }
  const number = port === null ? servicePort.number : externalPort(port);
  if (service.spec.type === "ExternalName" && number !== undefined) {
    const reading = externalAddressing(service.spec.externalName, number, translating.options);
    if ("addressing" in reading) return upstream(reading.addressing);
    return refuse("ExternalNameRefused", `Service ${key}, which ${reading.problem}`, reading.remedy);
  }
  if (port === null) {
    const what = `port ${describeReference(servicePort)} of Service ${key}, which has no such port; its ports: ${describePorts(service)}`;
    return refuse("ServicePortNotFound", what, "Name a port that the Service has");
  }
  const { endpoints, whyEmpty } = endpointsOf(service, port, translating);
  if (whyEmpty === null) return upstream({ kind: "endpoints", endpoints });
  const message = `Service ${key} has no endpoints for port ${port.port}: ${whyEmpty}`;
  const remedy = `Start its pods, or send it to a local process with --map ${key}:${port.port}=HOST:PORT`;
  const problem = { severity: "warning", code: "ServiceWithoutEndpoints", scope: "reference" } as const;
  translating.problems.add({ ...problem, object, message, remedy });
  return upstream({ kind: "endpoints", endpoints, whyEmpty: `${message}. ${remedy}` });
}
