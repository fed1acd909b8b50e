import { expect, test } from "vitest";
import type { Ingress } from "../../../src/control-plane/resources/ingress.ts";
import { lines, read } from "./read.ts";
import { HEAD, ingress } from "./ingress-text.ts";

test("a whole Ingress", () => {
  const manifest = read(`${HEAD}spec:
  ingressClassName: nginx
  defaultBackend: { resource: { apiGroup: k8s.example.com, kind: StorageBucket, name: static } }
  rules:
    - host: shop.example.com
      http:
        paths:
          - path: /
            pathType: Prefix
            backend: { service: { name: web, port: { number: 80 } } }
          - path: /named
            pathType: Exact
            backend: { service: { name: web, port: { name: http } } }
    - host: bare.example.com
  tls:
    - hosts: [shop.example.com]
      secretName: web-tls
    - {}
`);
  expect(lines(manifest)).toEqual([]);
  expect(manifest.resources).toMatchObject([
    {
      kind: "Ingress",
      metadata: { name: "web", namespace: "shop", creationTimestamp: null, annotations: {}, labels: {} },
      spec: {
        ingressClassName: "nginx",
        defaultBackend: { resource: { apiGroup: "k8s.example.com", kind: "StorageBucket", name: "static" } },
        rules: [
          {
            host: "shop.example.com",
            paths: [
              { path: "/", pathType: "Prefix", backend: { service: { name: "web", port: { number: 80 } } } },
              { path: "/named", pathType: "Exact", backend: { service: { name: "web", port: { name: "http" } } } },
            ],
          },
          { host: "bare.example.com" },
        ],
        tls: [{ hosts: ["shop.example.com"], secretName: "web-tls" }, { hosts: [] }],
      },
    },
  ]);
  expect(ingress(`${HEAD}spec: { rules: [{ host: a }] }`)?.spec.rules).toStrictEqual([{ host: "a" }]);
});

test("values are kept as written, for the translator to judge", () => {
  const text = `${HEAD}spec:
  rules:
    - host: "NOT A HOST"
      http:
        paths:
          - path: no-slash
            pathType: Regex
            backend:
              service: { name: web, port: { number: 99999 } }
              resource: { kind: Bucket, name: b }
          - backend: {}
`;
  expect(lines(read(text))).toEqual([]);
  expect(ingress(text)?.spec.rules).toStrictEqual([
    {
      host: "NOT A HOST",
      paths: [
        {
          path: "no-slash",
          pathType: "Regex",
          backend: { service: { name: "web", port: { number: 99999 } }, resource: { kind: "Bucket", name: "b" } },
        },
        { backend: {} },
      ],
    },
  ]);
});

const COSTS: [string, string, number, Partial<Ingress["spec"]> | null][] = [
  ["spec: {}", "", 0, { rules: [], tls: [] }],
  ["", "spec is missing", 1, null],
  ["spec:", "spec is missing", 4, null],
  ["spec: [rules]", 'spec must be a map, but is ["rules"]', 4, null],
  ["spec:\n  ingressClassName: 5", "spec.ingressClassName must be a string, but is 5", 5, null],
  ["spec:\n  rules: { host: a }", 'spec.rules must be a list, but is {"host":"a"}', 5, null],
  [
    "spec:\n  rules:\n    - nonsense\n    - host: a",
    'spec.rules[0] must be a map, but is "nonsense"',
    6,
    {
      rules: [null, { host: "a" }],
    },
  ],
  [
    "spec:\n  rules:\n    - host: 1.5\n    - host: a",
    "spec.rules[0].host must be a string, but is 1.5",
    6,
    {
      rules: [null, { host: "a" }],
    },
  ],
  [
    "spec:\n  rules:\n    - host: b\n      http: [x]\n    - host: a",
    'spec.rules[0].http must be a map, but is ["x"]',
    7,
    {
      rules: [{ host: "b", paths: null }, { host: "a" }],
    },
  ],
  [
    "spec:\n  rules:\n    - host: b\n      http: {}\n    - host: a",
    "spec.rules[0].http.paths is missing",
    7,
    {
      rules: [{ host: "b", paths: null }, { host: "a" }],
    },
  ],
  [
    "spec:\n  rules:\n    - http:\n        paths: /\n    - host: a",
    'spec.rules[0].http.paths must be a list, but is "/"',
    7,
    {
      rules: [{ paths: null }, { host: "a" }],
    },
  ],
  [
    "spec:\n  tls: web-tls\n  rules: [{ host: a }]",
    'spec.tls must be a list, but is "web-tls"',
    5,
    {
      rules: [{ host: "a" }],
      tls: [],
    },
  ],
  [
    "spec:\n  tls:\n    - hosts: a.example.com\n    - secretName: x",
    'spec.tls[0].hosts must be a list, but is "a.example.com"',
    6,
    {
      rules: [],
      tls: [null, { hosts: [], secretName: "x" }],
    },
  ],
  [
    "spec:\n  tls:\n    - hosts:\n      - 5\n      - a\n      -",
    "spec.tls[0].hosts[0] must be a string, but is 5",
    7,
    {
      rules: [],
      tls: [{ hosts: [null, "a", null] }],
    },
  ],
  [
    "spec:\n  tls:\n    - secretName: [a]",
    'spec.tls[0].secretName must be a string, but is ["a"]',
    6,
    { rules: [], tls: [null] },
  ],
  [
    "spec:\n  rules: [{ host: a }]\n  defaultBackend: web",
    'spec.defaultBackend must be a map, but is "web"',
    6,
    {
      rules: [{ host: "a" }],
      defaultBackend: null,
    },
  ],
];

test.each(COSTS)("what it costs: %j", (spec, message, at, left) => {
  const manifest = read(HEAD + spec);
  const [problem] = manifest.diagnostics;
  expect(problem?.message ?? "").toBe(message);
  expect(problem?.object.line ?? 0).toBe(at);
  if (left === null) expect(manifest.resources).toEqual([]);
  else expect(ingress(HEAD + spec)?.spec).toMatchObject(left);
});

test("annotations: a scalar without quotes is reported and kept as its text, so that a protection is not lost", () => {
  const text = `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: web
  annotations:
    nginx.ingress.kubernetes.io/ssl-redirect: false
    nginx.ingress.kubernetes.io/limit-rps: 5
    nginx.ingress.kubernetes.io/whitelist-source-range: [10.0.0.0/8]
    empty:
    fine: "yes"
spec: {}
`;
  expect(lines(read(text))).toEqual([
    'web.yaml:6 error FieldWrongType object Ingress default/web | metadata.annotations["nginx.ingress.kubernetes.io/ssl-redirect"] must be a string, but is false | Put it in quotes: "false"',
    'web.yaml:7 error FieldWrongType object Ingress default/web | metadata.annotations["nginx.ingress.kubernetes.io/limit-rps"] must be a string, but is 5 | Put it in quotes: "5"',
    'web.yaml:8 error FieldWrongType object Ingress default/web | metadata.annotations["nginx.ingress.kubernetes.io/whitelist-source-range"] must be a string, but is ["10.0.0.0/8"] | Put it in quotes',
  ]);
  expect(ingress(text)?.metadata.annotations).toEqual({
    "nginx.ingress.kubernetes.io/ssl-redirect": "false",
    "nginx.ingress.kubernetes.io/limit-rps": "5",
    "nginx.ingress.kubernetes.io/whitelist-source-range": '["10.0.0.0/8"]',
    empty: "",
    fine: "yes",
  });
});

test("annotations that are no map cost the Ingress: nobody can say what protected it", () => {
  const manifest = read(`apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: web
  annotations: [a]
spec: {}
`);
  expect(manifest.resources).toEqual([]);
  expect(manifest.diagnostics).toMatchObject([
    { object: { line: 5 }, message: 'metadata.annotations must be a map, but is ["a"]' },
  ]);
});

const UNKNOWN = "is not a field that exists, so the API server refuses the object";
test.each([
  [
    "spec:\n  rules:\n    - host: a.example.com\n      http:\n      paths: []",
    8,
    "spec.rules[0].paths",
    "Write spec.rules[0].http.paths",
  ],
  ["spec: { ingressClasName: nginx }", 4, "spec.ingressClasName", "Write spec.ingressClassName"],
  ["spec: { backend: {} }", 4, "spec.backend", "Write spec.defaultBackend"],
  ["spec: { tls: [{ host: [a] }] }", 4, "spec.tls[0].host", "Write spec.tls[0].hosts"],
  [
    "spec: { rules: [{ http: { paths: [{ pathtype: Exact }] } }] }",
    4,
    "spec.rules[0].http.paths[0].pathtype",
    "Write spec.rules[0].http.paths[0].pathType",
  ],
  [
    "spec: { defaultBackend: { service: { name: a, port: { numbr: 1 } } } }",
    4,
    "spec.defaultBackend.service.port.numbr",
    "Write spec.defaultBackend.service.port.number",
  ],
  ["spec: {}\nannotations: {}", 5, "annotations", "Write metadata.annotations"],
  ["spec: { zzz: 1 }", 4, "spec.zzz", "Remove it, or correct its indentation"],
])("a field that does not exist is said with its line: %s", (spec, at, field, remedy) => {
  expect(lines(read(HEAD + spec))).toEqual([
    `web.yaml:${at} error FieldUnknown object Ingress shop/web | ${field} ${UNKNOWN} | ${remedy}`,
  ]);
});

test("misspelt annotations are not lost in silence", () => {
  const manifest = read(HEAD.replace("name: web,", "name: web, anotations: {},") + "spec: {}");
  expect(lines(manifest)[0]).toContain("FieldUnknown object Ingress shop/web | metadata.anotations");
});

test("the fields that the API server adds are known", () => {
  const metadata =
    "{ name: web, namespace: shop, uid: a, resourceVersion: '1', generation: 1, managedFields: [], finalizers: [] }";
  expect(
    lines(
      read(
        `apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: ${metadata}\nspec: {}\nstatus: { loadBalancer: {} }`,
      ),
    ),
  ).toEqual([]);
});
