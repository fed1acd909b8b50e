import { isIP } from "node:net";
import { isNoEndpoint } from "../../off-limits.ts";
import type { Endpoint } from "../../snapshot/upstream.ts";
import type { Endpoints } from "../resources/endpoints.ts";
import { describeField, type FieldPath } from "../resources/field-path.ts";
import type { EndpointPort, EndpointSlice } from "../resources/endpoint-slice.ts";
import { shown } from "../resources/field.ts";
import type { ServicePort } from "../resources/service.ts";
import { isPort } from "./service-ports.ts";
import { originOf } from "./place.ts";
import type { Problems } from "./problems.ts";
import type { Resource } from "../resources/resources.ts";

/** An address that a Service has, and whether it may be used. */
export interface Candidate extends Endpoint {
  readonly ready: boolean;
  /** Still answers while it shuts down: better than nothing. */
  readonly lastResort: boolean;
}

/** What the slices (or the legacy Endpoints) of a Service say about one of its ports. */
export interface Candidates {
  readonly found: readonly Candidate[];
  /** Names of the ports of slices that do not have ours ("" for one without name). */
  readonly otherPorts: readonly string[];
}

/** Reads every slice of a Service: several slices are parts of one list, IPv4 and IPv6 alike. */
export function candidatesOfSlices(
  slices: readonly EndpointSlice[],
  port: ServicePort,
  problems: Problems,
): Candidates {
  const found: Candidate[] = [];
  const otherPorts: string[] = [];
  for (const slice of slices) {
    const family = slice.addressType === "IPv4" ? 4 : slice.addressType === "IPv6" ? 6 : null;
    if (family === null) {
      reportAddressType(slice, problems);
      continue;
    }
    const number = portFor(slice, slice.ports, ["ports"], port, otherPorts, problems);
    if (number === null) continue;
    for (const [index, endpoint] of slice.endpoints.entries()) {
      if (endpoint === null) continue;
      const ready = endpoint.conditions.ready ?? true;
      const serving = endpoint.conditions.serving ?? ready;
      const lastResort = serving && (endpoint.conditions.terminating ?? false);
      for (const [position, address] of endpoint.addresses.entries()) {
        if (address === null) continue;
        const field = ["endpoints", index, "addresses", position];
        if (isIP(address) !== family) reportAddress(slice, address, field, problems);
        else if (isNoEndpoint(address)) reportRefused(slice, address, field, problems);
        else found.push({ address, port: number, ready, lastResort });
      }
    }
  }
  return { found, otherPorts };
}

/** Reads legacy Endpoints. Their subsets know ready and not ready, nothing else. */
export function candidatesOfEndpoints(endpoints: Endpoints, port: ServicePort, problems: Problems): Candidates {
  const found: Candidate[] = [];
  const otherPorts: string[] = [];
  for (const [index, subset] of endpoints.subsets.entries()) {
    if (subset === null) continue;
    const number = portFor(endpoints, subset.ports, ["subsets", index, "ports"], port, otherPorts, problems);
    if (number === null) continue;
    for (const list of ["addresses", "notReadyAddresses"] as const) {
      for (const [position, address] of subset[list].entries()) {
        if (address === null) continue;
        const field = ["subsets", index, list, position];
        if (isIP(address) === 0) reportAddress(endpoints, address, field, problems);
        else if (isNoEndpoint(address)) reportRefused(endpoints, address, field, problems);
        else found.push({ address, port: number, ready: list === "addresses", lastResort: false });
      }
    }
  }
  return { found, otherPorts };
}

/**
 * The port connections go to, or null when there is none for ours. A slice's own number is the truth: its maker has resolved targetPort, also
 * when that is a name. A slice that lists no ports leaves the number to the Service.
 */
function portFor(
  resource: Resource,
  ports: readonly (EndpointPort | null)[],
  field: FieldPath,
  wanted: ServicePort,
  otherPorts: string[],
  problems: Problems,
): number | null {
  const index = ports.findIndex(
    (one) => (one?.name ?? "") === (wanted.name ?? "") && one?.protocol === wanted.protocol,
  );
  const number =
    ports.length === 0 ? targetNumber(wanted) : index < 0 ? null : (ports[index]?.port ?? targetNumber(wanted));
  if (number === null) otherPorts.push(...ports.flatMap((one) => (one === null ? [] : [one.name ?? ""])));
  if (number === null || isPort(number)) return number;
  reportPort(resource, number, index < 0 ? field : [...field, index, "port"], problems);
  return null;
}

function targetNumber(port: ServicePort): number | null {
  const target = port.targetPort ?? port.port;
  return typeof target === "number" ? target : null;
}

function reportAddressType(slice: EndpointSlice, problems: Problems): void {
  problems.add({
    severity: "warning",
    code: "EndpointSliceNotServed",
    scope: "object",
    object: originOf(slice, ["addressType"]),
    message: `addressType ${shown(slice.addressType)} is not served; the slice is skipped`,
    remedy: "Use addressType IPv4 or IPv6, or a Service of type ExternalName for a host name",
  });
}

function reportPort(resource: Resource, number: number, field: FieldPath, problems: Problems): void {
  problems.add({
    severity: "warning",
    code: "EndpointPortInvalid",
    scope: "object",
    object: originOf(resource, field),
    message: `${describeField(field)} ${number} is not between 1 and 65535; its endpoints are skipped`,
    remedy: "Write the port the pods listen on",
  });
}

function reportAddress(resource: Resource, address: string, field: FieldPath, problems: Problems): void {
  const expected = resource.kind === "EndpointSlice" ? "an address of the slice's addressType" : "an address";
  problems.add({
    severity: "warning",
    code: "EndpointAddressInvalid",
    scope: "object",
    object: originOf(resource, field),
    message: `${describeField(field)} ${shown(address)} is not ${expected}; the endpoint is skipped`,
    remedy: "Write an IPv4 or IPv6 address; for a host name use a Service of type ExternalName",
  });
}

/** Who may write endpoints must not be asked by us what clouds tell machines alone. */
function reportRefused(resource: Resource, address: string, field: FieldPath, problems: Problems): void {
  problems.add({
    severity: "warning",
    code: "EndpointAddressRefused",
    scope: "object",
    object: originOf(resource, field),
    message: `${describeField(field)} ${address} is link-local or the metadata service of a cloud; the endpoint is skipped`,
    remedy: "Write the address of a pod or of a server",
  });
}
