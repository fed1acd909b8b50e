import type { Field } from "./field.ts";
import type { Ingress, IngressBackend, IngressPath, IngressRule, IngressTls } from "./ingress.ts";
import { onlyWritten } from "./only-written.ts";
import type { ObjectMeta } from "./resource.ts";

/**
 * Shapes an Ingress; values are judged by the translator. A wrong type costs its path, its rule, its `tls` entry; in a backend it costs that
 * backend, so that a path known by its match still answers for itself. In `ingressClassName` or the annotations it costs the Ingress, since
 * nobody can say any more whether it is ours or protected.
 */
export function readIngress(object: Field, metadata: ObjectMeta): Ingress {
  object.only(["apiVersion", "kind", "metadata", "spec", "status"], MISPLACED);
  object.at("metadata").only(METADATA);
  const spec = object.at("spec").map();
  spec.only(["ingressClassName", "defaultBackend", "rules", "tls"], INSTEAD);
  const defaultBackend = spec.at("defaultBackend");
  return {
    kind: "Ingress",
    metadata,
    spec: onlyWritten<Ingress["spec"]>({
      ingressClassName: spec.at("ingressClassName").text(),
      defaultBackend: defaultBackend.written ? defaultBackend.orElse(null, readBackend) : undefined,
      rules: spec.at("rules").items(readRule),
      tls: spec.at("tls").orElse([], (tls) => tls.items(readTls)),
    }),
  };
}

/** What is written in a place where it does not belong, or by a name of old, and where it should be. */
const MISPLACED = {
  annotations: "metadata.annotations",
  labels: "metadata.labels",
  rules: "spec.rules",
  tls: "spec.tls",
};
const INSTEAD = { backend: "defaultBackend", ingressClass: "ingressClassName", className: "ingressClassName" };
const METADATA =
  `name generateName namespace labels annotations uid resourceVersion generation creationTimestamp deletionTimestamp
  deletionGracePeriodSeconds ownerReferences finalizers managedFields selfLink`.split(/\s+/);

/** A host whose paths are lost stays known: what an Ingress asks of a host holds for all of it. */
function readRule(rule: Field): IngressRule {
  rule.map().only(["host", "http"], { paths: "http.paths" });
  const http = rule.at("http");
  return onlyWritten<IngressRule>({
    host: rule.at("host").text(),
    paths: http.written ? http.orElse(null, readPaths) : undefined,
  });
}

function readPaths(http: Field): IngressRule["paths"] {
  const paths = http.map().only(["paths"]).at("paths");
  paths.must(paths.value);
  return paths.items(readPath);
}

function readPath(path: Field): IngressPath {
  path.map().only(["path", "pathType", "backend"], { service: "backend.service" });
  const backend = path.at("backend");
  return onlyWritten<IngressPath>({
    path: path.at("path").text(),
    pathType: path.at("pathType").text(),
    backend: backend.written ? backend.orElse(null, readBackend) : {},
  });
}

/** Both `service` and `resource` are kept when both were written: which one counts is not for the reader to say. */
function readBackend(backend: Field): IngressBackend {
  backend.map();
  if (backend.at("serviceName").written) {
    const remedy = "Write service: { name: ..., port: { number: ... } } instead of serviceName and servicePort";
    backend.at("serviceName").fail("OldBackendForm", "is the form of v1beta1, which Ingress v1 does not have", remedy);
  }
  backend.only(["service", "resource"], { name: "service.name", port: "service.port" });
  const service = backend.at("service");
  const resource = backend.at("resource");
  return onlyWritten<IngressBackend>({
    service: service.written ? readServiceBackend(service) : undefined,
    resource: resource.written ? readResourceBackend(resource) : undefined,
  });
}

type ServiceBackend = NonNullable<IngressBackend["service"]>;

function readServiceBackend(service: Field): ServiceBackend {
  service.map().only(["name", "port"], { number: "port.number", serviceName: "name" });
  const name = service.at("name").must(service.at("name").text());
  const port = service.at("port");
  if (typeof port.value === "number" || typeof port.value === "string") {
    const key = typeof port.value === "number" || /^\d+$/.test(port.value) ? "number" : "name";
    const says = `must be a map, but is ${JSON.stringify(port.value)}`;
    port.fail("FieldWrongType", says, `Write port: { ${key}: ${port.value} }`);
  }
  if (port.written) port.map().only(["name", "number"]);
  return {
    name,
    port: onlyWritten<ServiceBackend["port"]>({ name: port.at("name").text(), number: port.at("number").integer() }),
  };
}

function readResourceBackend(resource: Field): NonNullable<IngressBackend["resource"]> {
  resource.map().only(["apiGroup", "kind", "name"]);
  return onlyWritten<NonNullable<IngressBackend["resource"]>>({
    apiGroup: resource.at("apiGroup").text(),
    kind: resource.at("kind").must(resource.at("kind").text()),
    name: resource.at("name").must(resource.at("name").text()),
  });
}

function readTls(entry: Field): IngressTls {
  entry.map().only(["hosts", "secretName"], { host: "hosts" });
  return onlyWritten<IngressTls>({
    hosts: entry.at("hosts").items((host) => host.must(host.text())),
    secretName: entry.at("secretName").text(),
  });
}
