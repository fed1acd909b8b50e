import * as fc from "fast-check";
import { backend, endpoints, ingress, ingressClass, nginx, path, service, slice } from "./resources.ts";

const HOSTS = ["a.example.com", "*.example.com", undefined, "10.0.0.1"];
const PATHS = ["/", "/a", "/a/", "relative", "/../up"];
const TYPES = ["Exact", "Prefix", "ImplementationSpecific", "Regex"];
const BACKENDS = ["one:80", "one:http", "two:80", "three:80", "gone:80"];
const ANNOTATIONS = [{}, nginx({ "auth-url": "x" }), nginx({ canary: "true" }), nginx({ "backend-protocol": "HTTPS" })];

const anyIngress = fc
  .record({
    name: fc.constantFrom("a", "b", "c"),
    namespace: fc.constantFrom("default", "other"),
    created: fc.constantFrom(null, 1, 2),
    annotations: fc.constantFrom(...ANNOTATIONS),
    withDefault: fc.boolean(),
    tls: fc.constantFrom([], [{ hosts: ["a.example.com"], secretName: "tls" }]),
    rules: fc.array(
      fc.record({
        host: fc.constantFrom(...HOSTS),
        paths: fc.array(fc.tuple(fc.constantFrom(...PATHS), fc.constantFrom(...BACKENDS), fc.constantFrom(...TYPES)), {
          maxLength: 3,
        }),
      }),
      { maxLength: 3 },
    ),
  })
  .map(({ name, namespace, created, annotations, withDefault, tls, rules }) =>
    ingress(
      `${namespace}/${name}`,
      {
        tls,
        rules: rules.map(({ host, paths }) => ({
          ...(host === undefined ? {} : { host }),
          paths: paths.map(([written, to, type]) => path(written, to, type)),
        })),
        ...(withDefault ? { defaultBackend: backend("one:80") } : {}),
      },
      annotations,
      created,
    ),
  );

/** Up to six Ingresses of few names and hosts, right and wrong, so that they get into each other's way. */
export const anyIngresses = fc.uniqueArray(anyIngress, {
  maxLength: 6,
  selector: ({ metadata }) => `${metadata.namespace}/${metadata.name}`,
});

/** What they refer to, as far as it is there. */
export const OTHER_OBJECTS = [
  service("one", { ports: [{ name: "http", port: 80, targetPort: 8080, protocol: "TCP" }] }),
  slice("one", ["10.0.0.1", "bad"], { ports: [{ name: "http", port: 8080, protocol: "TCP" }] }),
  slice("one", ["10.0.0.2"], { name: "one-2", ports: [{ name: "http", port: 8080, protocol: "TCP" }] }),
  service("two", { type: "ExternalName", externalName: "two.example.org" }),
  service("three"),
  endpoints("three", [{ notReadyAddresses: ["10.0.0.9"] }]),
  service("other/one"),
  ingressClass("x", "k8s.io/ingress-nginx"),
];
