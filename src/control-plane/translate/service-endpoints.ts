import type { Endpoint } from "../../snapshot/upstream.ts";
import type { Endpoints } from "../resources/endpoints.ts";
import type { EndpointSlice } from "../resources/endpoint-slice.ts";
import type { Service, ServicePort } from "../resources/service.ts";
import { keyOf } from "../resources/resource-key.ts";
import { candidatesOfEndpoints, candidatesOfSlices } from "./endpoint-candidates.ts";
import { compareText } from "./compare-text.ts";
import type { Candidate, Candidates } from "./endpoint-candidates.ts";
import type { ServiceEndpoints } from "./known-endpoints.ts";
import { Problems } from "./problems.ts";
import type { Translating } from "./translating.ts";

/** Ready endpoints; while there are none, those that shut down but still serve. Slices win over legacy Endpoints. */
export function endpointsOf(service: Service, port: ServicePort, translating: Translating): ServiceEndpoints {
  const { catalogue, problems, knownEndpoints } = translating;
  const slices = catalogue.slices.get(keyOf(service));
  const legacy = catalogue.endpoints.get(keyOf(service));
  let known = knownEndpoints.get(port);
  if (known?.service !== service || known.slices !== slices || known.legacy !== legacy) {
    const found = new Problems();
    const endpoints = readEndpoints(service, port, slices ?? [], legacy, found);
    known = { service, slices, legacy, endpoints, diagnostics: found.found };
    knownEndpoints.set(port, known);
  }
  problems.addAll(known.diagnostics);
  return known.endpoints;
}

function readEndpoints(
  service: Service,
  port: ServicePort,
  slices: readonly EndpointSlice[],
  legacy: Endpoints | undefined,
  problems: Problems,
): ServiceEndpoints {
  let candidates: Candidates;
  let source: string;
  if (slices.length > 0) {
    candidates = candidatesOfSlices(slices, port, problems);
    source = slices.length === 1 ? "its EndpointSlice" : `its ${slices.length} EndpointSlices`;
  } else if (legacy !== undefined) {
    candidates = candidatesOfEndpoints(legacy, port, problems);
    source = "its Endpoints";
  } else {
    return { endpoints: [], whyEmpty: nothingAtAll(service) };
  }
  const chosen = choose(candidates.found, service.spec.publishNotReadyAddresses);
  return { endpoints: unique(chosen), whyEmpty: chosen.length > 0 ? null : whyNone(candidates, source, port) };
}

function choose(found: readonly Candidate[], evenNotReady: boolean): readonly Candidate[] {
  if (evenNotReady) return found;
  const ready = found.filter((candidate) => candidate.ready);
  return ready.length > 0 ? ready : found.filter((candidate) => candidate.lastResort);
}

/** Sorted, since the order in slices says nothing and must not make a new revision. */
function unique(candidates: readonly Candidate[]): Endpoint[] {
  const byIdentity = new Map(candidates.map(({ address, port }) => [`${address} ${port}`, { address, port }]));
  return [...byIdentity.entries()].toSorted(([a], [b]) => compareText(a, b)).map(([, endpoint]) => endpoint);
}

function nothingAtAll(service: Service): string {
  const selector = Object.entries(service.spec.selector ?? {}).map(([label, value]) => `${label}=${value}`);
  if (selector.length === 0) {
    return "the Service has no selector, and no EndpointSlice or Endpoints was written for it by hand";
  }
  return `there is no EndpointSlice for the Service (no pod matches its selector ${selector.join(",")}, or no cluster runs here)`;
}

function whyNone({ found, otherPorts }: Candidates, source: string, port: ServicePort): string {
  const count = new Set(found.map((candidate) => `${candidate.address} ${candidate.port}`)).size;
  if (count > 0) return `${count} ${count === 1 ? "endpoint is" : "endpoints are"} known, but none is ready`;
  if (otherPorts.length > 0) {
    const names = [...new Set(otherPorts)].toSorted().map((name) => (name === "" ? "one without name" : `"${name}"`));
    const wanted =
      port.name === undefined || port.name === ""
        ? `no ${port.protocol} port without name`
        : `no ${port.protocol} port named "${port.name}"`;
    return `${wanted} in ${source} (there: ${names.join(", ")})`;
  }
  if (typeof port.targetPort === "string") {
    return `no usable address in ${source}, or no port there to resolve targetPort "${port.targetPort}" with`;
  }
  return `no usable address in ${source}`;
}
