import type { Field } from "./field.ts";
import type { Ingress, IngressBackend, IngressPath, IngressRule, IngressTls } from "./ingress.ts";
import { onlyWritten } from "./only-written.ts";
import type { ObjectMeta } from "./resource.ts";

/**
 * Shapes an Ingress; values are judged by the translator. A wrong type costs its path, rule, `tls` entry or default backend; in
 * `ingressClassName` or the annotations it costs the Ingress, since nobody can say any more whether it is ours or protected.
 */
export function readIngress(object: Field, metadata: ObjectMeta): Ingress {
  const spec = object.at("spec").map();
  return {
    kind: "Ingress",
    metadata,
    spec: onlyWritten<Ingress["spec"]>({
      ingressClassName: spec.at("ingressClassName").text(),
      defaultBackend: spec.at("defaultBackend").orElse(undefined, readOptionalBackend),
      rules: spec.at("rules").items(readRule),
      tls: spec.at("tls").orElse([], (tls) => tls.items(readTls)),
    }),
  };
}

function readRule(rule: Field): IngressRule {
  rule.map();
  const http = rule.at("http");
  return onlyWritten<IngressRule>({
    host: rule.at("host").text(),
    paths: http.written ? readPaths(http.map().at("paths")) : undefined,
  });
}

function readPaths(paths: Field): IngressPath[] {
  paths.must(paths.value);
  return paths.items(readPath);
}

function readPath(path: Field): IngressPath {
  path.map();
  return onlyWritten<IngressPath>({
    path: path.at("path").text(),
    pathType: path.at("pathType").text(),
    backend: readBackend(path.at("backend")),
  });
}

function readOptionalBackend(backend: Field): IngressBackend | undefined {
  return backend.written ? readBackend(backend) : undefined;
}

/** Both `service` and `resource` are kept when both were written: which one counts is not for the reader to say. */
function readBackend(backend: Field): IngressBackend {
  backend.map();
  if (backend.at("serviceName").written) {
    const remedy = "Write service: { name: ..., port: { number: ... } } instead of serviceName and servicePort";
    backend.at("serviceName").fail("OldBackendForm", "is the form of v1beta1, which Ingress v1 does not have", remedy);
  }
  const service = backend.at("service");
  const resource = backend.at("resource");
  return onlyWritten<IngressBackend>({
    service: service.written ? readServiceBackend(service) : undefined,
    resource: resource.written ? readResourceBackend(resource) : undefined,
  });
}

type ServiceBackend = NonNullable<IngressBackend["service"]>;

function readServiceBackend(service: Field): ServiceBackend {
  service.map();
  const name = service.at("name").must(service.at("name").text());
  const port = service.at("port");
  if (typeof port.value === "number" || typeof port.value === "string") {
    const key = typeof port.value === "number" || /^\d+$/.test(port.value) ? "number" : "name";
    const says = `must be a map, but is ${JSON.stringify(port.value)}`;
    port.fail("FieldWrongType", says, `Write port: { ${key}: ${port.value} }`);
  }
  port.map();
  const shaped = onlyWritten<ServiceBackend["port"]>({
    name: port.at("name").text(),
    number: port.at("number").integer(),
  });
  if (shaped.name !== undefined && shaped.number !== undefined) {
    const says = `has both the name ${JSON.stringify(shaped.name)} and the number ${shaped.number}`;
    port.fail("BackendPortAmbiguous", says, "Keep either name or number");
  }
  if (shaped.name === undefined && shaped.number === undefined) {
    port.fail("BackendPortMissing", "has neither a name nor a number", "Add number, or name, of a port of the Service");
  }
  return { name, port: shaped };
}

function readResourceBackend(resource: Field): NonNullable<IngressBackend["resource"]> {
  resource.map();
  return onlyWritten<NonNullable<IngressBackend["resource"]>>({
    apiGroup: resource.at("apiGroup").text(),
    kind: resource.at("kind").must(resource.at("kind").text()),
    name: resource.at("name").must(resource.at("name").text()),
  });
}

function readTls(entry: Field): IngressTls {
  entry.map();
  return onlyWritten<IngressTls>({
    hosts: entry.at("hosts").items((host) => host.must(host.text())),
    secretName: entry.at("secretName").text(),
  });
}
