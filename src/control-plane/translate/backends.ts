import { hasTls, type Addressing, type HttpProtocol, type Upstream } from "../../snapshot/upstream.ts";
import { PREFIX } from "./annotations/annotation.ts";
import type { AskedProtocol } from "./annotations/backend-protocol.ts";
import { readAppProtocol } from "./app-protocol.ts";
import { backendPort } from "./backend-port.ts";
import { describeField } from "../resources/field-path.ts";
import type { FieldPath } from "../resources/field-path.ts";
import type { Ingress, IngressBackend } from "../resources/ingress.ts";
import { keyIn } from "../resources/resource-key.ts";
import type { Service, ServicePort } from "../resources/service.ts";
import type { Scope } from "./diagnostic.ts";
import { externalAddressing, externalPort } from "./external-name.ts";
import { namedWithPlace, originOf } from "./place.ts";
import { endpointsOf } from "./service-endpoints.ts";
import { findMap, mappedAddressing } from "./service-maps.ts";
import { describePorts, describeReference, isPort } from "./service-ports.ts";
import type { PortReference } from "./service-ports.ts";
import { serviceUpstream } from "./service-upstream.ts";
import type { Translating } from "./translating.ts";
import type { ReadyTls } from "./upstream-tls.ts";

/** A backend as an Ingress names it. */
export interface BackendUse {
  readonly ingress: Ingress;
  /** null for one that could not be read, which was reported. */
  readonly backend: IngressBackend | null;
  /** Where it is written: ["spec", "rules", 0, "http", "paths", 0, "backend"]. */
  readonly field: FieldPath;
  readonly protocol: AskedProtocol;
  /** TLS connections of clients are handed to it as they are, so that it is spoken to in TLS in any case, as in ingress-nginx. */
  readonly passedThrough: boolean;
  /** What the Ingress asks of TLS to it; null for nothing. */
  readonly tls: ReadyTls | null;
}

export interface ServedBackend {
  readonly upstream: Upstream;
  readonly ofHttps?: Upstream;
}

/** `why` the backend cannot be served, for `UnavailableAction`. `absent`: there is nothing behind what it names. */
export type ResolvedBackend = ServedBackend | { readonly why: string; readonly absent: boolean };

/** Follows a backend to the Service port behind it. Reports what is wrong with it on the Ingress. */
export function resolveBackend(use: BackendUse, translating: Translating): ResolvedBackend {
  if (use.backend === null) {
    const where = `${describeField(use.field)} of ${namedWithPlace(originOf(use.ingress, use.field))}`;
    const why = `${where} cannot be read. Write service: { name: ..., port: { number: ... } }`;
    return { why, absent: false };
  }
  const { service: asked, resource } = use.backend;
  if (asked !== undefined && resource !== undefined) {
    return refuse(
      use,
      translating,
      "BackendAmbiguous",
      "names both a service and a resource",
      "Name a service only",
      [],
    );
  }
  if (resource !== undefined) {
    const what = `names the resource ${resource.kind} ${resource.name}; resource backends are not served`;
    return refuse(use, translating, "ResourceBackendNotServed", what, "Name a service instead", ["resource"]);
  }
  if (asked === undefined || asked.name === "") {
    return refuse(use, translating, "BackendMissing", "names no service", "Name a service and its port", []);
  }
  const { name, number } = asked.port;
  const port: FieldPath = ["service", "port"];
  if (name !== undefined && number !== undefined) {
    const what = `names the port of Service ${asked.name} twice, as ${JSON.stringify(name)} and as ${number}`;
    return refuse(use, translating, "BackendPortAmbiguous", what, "Keep either port.name or port.number", port);
  }
  if (name === undefined && number === undefined) {
    const what = `names no port of Service ${asked.name}`;
    return refuse(use, translating, "BackendPortMissing", what, "Add port.number or port.name", port);
  }
  if (number !== undefined && !isPort(number)) {
    const what = `has port number ${number}, which is not between 1 and 65535`;
    return refuse(use, translating, "BackendPortInvalid", what, "Set the Service's port number", [...port, "number"]);
  }
  return resolveService(use, asked.name, asked.port, translating);
}

function resolveService(
  use: BackendUse,
  name: string,
  reference: PortReference,
  translating: Translating,
): ResolvedBackend {
  const { namespace } = use.ingress.metadata;
  const key = keyIn(namespace, name);
  const service = translating.catalogue.services.get(key);
  const port = service === undefined ? null : backendPort(use, service, reference, translating.problems);
  const map = findMap(namespace, name, port === null ? reference : { ...port, number: port.port }, translating);

  if (port !== null && port.protocol !== "TCP") {
    const what = `names port ${describeReference(reference)} of Service ${key}, whose protocol is ${port.protocol}`;
    return refuse(use, translating, "ServicePortNotTcp", what, "Name a port with protocol TCP", ["service", "port"]);
  }
  const protocol = use.passedThrough
    ? spokenWhenPassed(use, key, port, translating)
    : use.protocol === "auto"
      ? "auto"
      : spokenIn(use, key, port, translating);
  if (use.tls !== null && (protocol === "auto" || !hasTls(protocol))) {
    if (use.tls.verifies) {
      const how = protocol === "auto" ? "spoken to in plain text where the client came so" : "spoken to in plain text";
      const what = `leads to Service ${key}, which is ${how}, while annotation ${PREFIX}proxy-ssl-verify asks to verify its certificate`;
      const remedy = `Write ${PREFIX}backend-protocol: "HTTPS", or remove the annotation`;
      return refuse(use, translating, "UpstreamNotTls", what, remedy, []);
    }
    if (protocol !== "auto") reportPlain(use, key, translating);
  }
  const named = { namespace, name, service, port: port?.port ?? describeReference(reference) };
  const inProtocol = (protocol: HttpProtocol, addressing: Addressing): Upstream =>
    serviceUpstream(named, protocol, use.tls, addressing);
  const upstream = (addressing: Addressing): ResolvedBackend => {
    if (protocol === "auto") {
      return { upstream: inProtocol("http", addressing), ofHttps: inProtocol("https", addressing) };
    }
    return { upstream: inProtocol(protocol, addressing) };
  };
  if (service === undefined) {
    if (map !== null) return upstream(mappedAddressing(map));
    const remedy = "Create the Service, or correct the name";
    return refuse(use, translating, "ServiceNotFound", `names Service ${key}, which does not exist`, remedy, [
      "service",
      "name",
    ]);
  }
  const number = port === null ? reference.number : externalPort(port);
  if (service.spec.type === "ExternalName" && number !== undefined) {
    if (map !== null) return upstream(mappedAddressing(map));
    const reading = externalAddressing(service.spec.externalName, number, translating.options);
    if ("addressing" in reading) return upstream(reading.addressing);
    const what = `names Service ${key}, which ${reading.problem}`;
    return refuse(use, translating, "ExternalNameRefused", what, reading.remedy, ["service", "name"]);
  }
  if (port === null) {
    const what = `names port ${describeReference(reference)} of Service ${key}, which has no such port; its ports: ${describePorts(service)}`;
    const remedy = "Name a port that the Service has";
    return refuse(use, translating, "ServicePortNotFound", what, remedy, ["service", "port"]);
  }
  if (map !== null) return upstream(mappedAddressing(map));
  const { endpoints, whyEmpty } = endpointsOf(service, port, translating);
  if (whyEmpty === null) return upstream({ kind: "endpoints", endpoints });
  return upstream({
    kind: "endpoints",
    endpoints,
    whyEmpty: reportEmpty(use, service, port.port, whyEmpty, translating),
  });
}

/** The annotation of the Ingress decides, then the appProtocol of the Service port, then it is HTTP. */
function spokenIn(use: BackendUse, key: string, port: ServicePort | null, translating: Translating): HttpProtocol {
  const asked = use.protocol === "auto" ? null : use.protocol;
  const own = readAppProtocol(port?.appProtocol);
  const protocol = asked ?? own ?? "http";
  const told = `port ${port?.port ?? ""} of Service ${key} has appProtocol ${port?.appProtocol ?? ""}`;
  const say = (code: string, message: string, remedy: string): void => {
    const object = originOf(use.ingress, [...use.field, "service", "port"]);
    translating.problems.add({ severity: "info", code, scope: "object", object, message, remedy });
  };
  if (asked !== null && own !== null && own !== asked) {
    const message = `${told}, but annotation nginx.ingress.kubernetes.io/backend-protocol says otherwise, and decides`;
    say("AppProtocolOverruled", message, "Make the two agree");
  } else if (asked === null && (own === "https" || own === "h2") && use.tls?.verifies !== true) {
    const message = `${told}: the certificate of the upstream is not verified`;
    say("UpstreamNotVerified", message, "Keep the upstream on a network you trust");
  }
  return protocol;
}

/** Pods that speak TLS with clients speak it with us. */
function spokenWhenPassed(
  use: BackendUse,
  key: string,
  port: ServicePort | null,
  translating: Translating,
): HttpProtocol {
  const asked = use.protocol ?? readAppProtocol(port?.appProtocol);
  const told = asked !== null && asked !== "auto" && hasTls(asked);
  if (!told && use.tls?.verifies !== true && translating.catalogue.services.get(key) !== undefined) {
    translating.problems.add({
      severity: "info",
      code: "UpstreamNotVerified",
      scope: "object",
      object: originOf(use.ingress, [...use.field, "service"]),
      message: `Service ${key}, to which TLS connections are handed on unopened, is spoken to in HTTPS for plain requests: its certificate is not verified`,
      remedy: "Keep the upstream on a network you trust",
    });
  }
  return asked === "h2" || asked === "h2c" ? "h2" : "https";
}

function reportPlain(use: BackendUse, key: string, translating: Translating): void {
  const name = `${PREFIX}proxy-ssl-secret`;
  translating.problems.add({
    severity: "warning",
    code: "AnnotationWithoutEffect",
    scope: "object",
    object: originOf(use.ingress, ["metadata", "annotations", name]),
    message: `annotation ${name} has no effect: Service ${key} is spoken to in plain text`,
    remedy: `Write ${PREFIX}backend-protocol: "HTTPS", or remove the annotation`,
  });
}

/** A Service without endpoints is served, by 503: pods may come at any moment. */
function reportEmpty(use: BackendUse, service: Service, port: number, why: string, translating: Translating): string {
  const { namespace, name } = service.metadata;
  const message = `Service ${namespace}/${name} has no endpoints for port ${port}: ${why}`;
  const remedy = `Start its pods, or send it to a local process with --map ${namespace}/${name}:${port}=HOST:PORT`;
  translating.problems.add({
    severity: "warning",
    code: "ServiceWithoutEndpoints",
    scope: "reference",
    object: originOf(use.ingress, [...use.field, "service", "name"]),
    message,
    remedy,
  });
  return `${message}. ${remedy}`;
}

// Wrong whatever other objects say; the rest may be mended by an object that comes a second later.
const WRONG_IN_ITSELF = new Set([
  "BackendAmbiguous",
  "ResourceBackendNotServed",
  "BackendMissing",
  "BackendPortAmbiguous",
  "BackendPortMissing",
  "BackendPortInvalid",
  "UpstreamNotTls",
]);

function refuse(
  use: BackendUse,
  translating: Translating,
  code: string,
  what: string,
  remedy: string,
  inner: FieldPath,
): ResolvedBackend {
  const scope: Scope = WRONG_IN_ITSELF.has(code) ? "object" : "reference";
  const message = `${describeField(use.field)} ${what}`;
  const object = originOf(use.ingress, [...use.field, ...inner]);
  translating.problems.add({ severity: "error", code, scope, object, message, remedy });
  return { why: `${message}. ${remedy}`, absent: scope === "reference" };
}
