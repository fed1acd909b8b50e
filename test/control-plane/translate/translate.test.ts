import * as fc from "fast-check";
import { expect, test } from "vitest";
import { resourceSet } from "../../../src/control-plane/resources/resource-set.ts";
import { seal } from "../../../src/snapshot/seal.ts";
import { translate } from "../../../src/control-plane/translate/translate.ts";
import {
  backend,
  endpoints,
  ingress,
  ingressClass,
  nginx,
  OPTIONS,
  path,
  service,
  slice,
  translated,
} from "../../support/resources.ts";

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

const ingresses = fc.uniqueArray(anyIngress, {
  maxLength: 6,
  selector: ({ metadata }) => `${metadata.namespace}/${metadata.name}`,
});

const REST = [
  service("one", { ports: [{ name: "http", port: 80, targetPort: 8080, protocol: "TCP" }] }),
  slice("one", ["10.0.0.1", "bad"], { ports: [{ name: "http", port: 8080, protocol: "TCP" }] }),
  slice("one", ["10.0.0.2"], { name: "one-2", ports: [{ name: "http", port: 8080, protocol: "TCP" }] }),
  service("two", { type: "ExternalName", externalName: "two.example.org" }),
  service("three"),
  endpoints("three", [{ notReadyAddresses: ["10.0.0.9"] }]),
  service("other/one"),
  ingressClass("x", "k8s.io/ingress-nginx"),
];

test("whatever the Ingresses say, the fragment can be sealed, no diagnostic is said twice, and order does not matter", () => {
  const scenario = ingresses.chain((made) =>
    fc.tuple(
      fc.constant([...made, ...REST]),
      fc.shuffledSubarray([...made, ...REST], { minLength: made.length + REST.length }),
    ),
  );
  fc.assert(
    fc.property(scenario, ([objects, shuffled]) => {
      const translation = translate(resourceSet(objects), OPTIONS);
      const { fragment, diagnostics } = translation;
      seal(fragment);
      const routes = fragment.virtualHosts.flatMap(({ routes, defaultRoute }) => [
        ...routes,
        ...(defaultRoute ? [defaultRoute] : []),
      ]);
      expect(new Set(routes.map(({ name }) => name)).size).toBe(routes.length);
      expect(new Set(diagnostics.map((one) => JSON.stringify(one))).size).toBe(diagnostics.length);
      expect(translate(resourceSet(shuffled), OPTIONS)).toEqual(translation);
    }),
    { numRuns: 300 },
  );
});

test("nothing gives nothing", () => {
  expect(translated([])).toEqual({
    fragment: { virtualHosts: [], upstreams: [], certificates: [] },
    diagnostics: [],
    ours: [],
  });
});
