import { expect, test } from "vitest";
import { readObject } from "../../../src/control-plane/resources/read-object.ts";
import { lines, read } from "./read.ts";

const OLD = [
  ["extensions/v1beta1", "Ingress", "networking.k8s.io/v1"],
  ["networking.k8s.io/v1beta1", "Ingress", "networking.k8s.io/v1"],
  ["networking.k8s.io/v1beta1", "IngressClass", "networking.k8s.io/v1"],
  ["discovery.k8s.io/v1beta1", "EndpointSlice", "discovery.k8s.io/v1"],
] as const;

test.each(OLD)("%s %s is refused with the way out", (apiVersion, kind, wanted) => {
  const manifest = read(
    `kind: ${kind}\nmetadata: { name: web, namespace: shop }\napiVersion: ${apiVersion}\nspec: {}\n`,
  );
  const namespace = kind === "IngressClass" ? "" : "shop";
  expect(manifest.resources).toEqual([]);
  expect(lines(manifest)).toEqual([
    `web.yaml:3 error ApiVersionNotServed object ${kind} ${namespace}/web | apiVersion is "${apiVersion}", in which ${kind} is no longer served | Convert it to ${wanted}, for example with kubectl convert --output-version ${wanted}`,
  ]);
});

const PROBLEMS: [string, string][] = [
  [
    "apiVersion: v1\nkind: Ingress\nmetadata: { name: web }",
    'web.yaml:1 error ApiVersionNotServed object Ingress default/web | apiVersion is "v1", in which Ingress is not served | Write apiVersion: networking.k8s.io/v1',
  ],
  [
    "kind: Service\nmetadata: { name: web }\nspec: {}",
    "web.yaml:1 error FieldMissing object Service default/web | apiVersion is missing | Add apiVersion",
  ],
  [
    "apiVersion: v1\nmetadata: { name: web }",
    "web.yaml:1 error FieldMissing object Object default/web | kind is missing | Add kind",
  ],
  ["apiVersion: v1", "web.yaml:1 error FieldMissing object Object default/(unnamed) | kind is missing | Add kind"],
  [
    "apiVersion: v1\nkind: [Service]",
    'web.yaml:2 error FieldWrongType object Object default/(unnamed) | kind must be a string, but is ["Service"] | Put it in quotes',
  ],
  [
    "apiVersion: v1\nkind: service",
    'web.yaml:2 error KindUnknown object service default/(unnamed) | kind is "service", which does not exist | Write Service',
  ],
  [
    "apiVersion: networking.k8s.io/v1\nkind: Ingres",
    'web.yaml:2 error KindUnknown object Ingres default/(unnamed) | kind is "Ingres", which does not exist | Write Ingress',
  ],
  [
    "\n\njust text",
    'web.yaml:3 error NotAnObject object Object default/(unnamed) | A manifest must be a map, but this is "just text" | Write a Kubernetes object',
  ],
  [
    "- a\n- b",
    "web.yaml:1 error NotAnObject object Object default/(unnamed) | A manifest must be a map, but this is a list | Write a Kubernetes object",
  ],
  [
    "apiVersion: v1\nkind: Service\nspec: {}",
    "web.yaml:1 error FieldMissing object Service default/(unnamed) | metadata is missing | Add metadata",
  ],
  [
    "apiVersion: v1\nkind: Service\nmetadata: {}\nspec: {}",
    "web.yaml:3 error FieldMissing object Service default/(unnamed) | metadata.name is missing | Add name to metadata",
  ],
  [
    "apiVersion: v1\nkind: Service\nmetadata:\n  name: 5\nspec: {}",
    'web.yaml:4 error FieldWrongType object Service default/(unnamed) | metadata.name must be a string, but is 5 | Put it in quotes: "5"',
  ],
  [
    "apiVersion: v1\nkind: Service\nmetadata:\n  name: a/b\nspec: {}",
    'web.yaml:4 error NameInvalid object Service default/a/b | metadata.name must be lower-case letters, digits, "-" and ".", but is "a/b" | Rename the object',
  ],
  [
    "apiVersion: v1\nkind: Service\nmetadata:\n  name: a\n  namespace: B\nspec: {}",
    'web.yaml:5 error NameInvalid object Service B/a | metadata.namespace must be lower-case letters, digits and "-", but is "B" | Write the name of a namespace',
  ],
  [
    "apiVersion: v1\nkind: List\nitems: web",
    'web.yaml:3 error FieldWrongType object List default/(unnamed) | items must be a list, but is "web" | Write a list: start each item with "- "',
  ],
  [
    "apiVersion: networking.k8s.io/v1\nkind: IngressClass\nmetadata: { name: x }\nspec: {}",
    "web.yaml:4 error FieldMissing object IngressClass /x | spec.controller is missing | Add controller to spec",
  ],
];

test.each(PROBLEMS)("%j", (text, problem) => {
  const manifest = read(text);
  expect(lines(manifest)).toEqual([problem]);
  expect(manifest.resources).toEqual([]);
});

const SKIPPED = [
  "apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: web }",
  "kind: Deployment",
  "apiVersion: serving.knative.dev/v1\nkind: Service\nmetadata: { name: web }",
  "apiVersion: config.openshift.io/v1\nkind: Ingress\nmetadata: { name: cluster }",
  "apiVersion: apps/v1\nkind: DeploymentList\nitems: [{ metadata: { name: a } }]",
  "replicas: 3\nimage: { tag: v1 }",
  '{ "name": "a-package", "version": "1.0.0" }',
  "# only a comment",
  "---\n---\n",
  "",
];

test.each(SKIPPED)("not ours, silently skipped: %j", (text) => {
  expect(read(text)).toEqual({ resources: [], diagnostics: [], broken: false });
});

test("lists are unfolded, items of a typed list inherit its kind, and a bad item costs that item", () => {
  const manifest = read(`apiVersion: v1
kind: List
items:
  - apiVersion: v1
    kind: ServiceList
    items:
      - metadata: { name: a }
        spec: { ports: [{ port: 80 }] }
      - metadata: { name: b }
        spec:
          ports: [{ port: 0 }]
  - text
  - apiVersion: apps/v1
    kind: Deployment
  - apiVersion: networking.k8s.io/v1
    kind: IngressClass
    metadata: { name: c, namespace: ignored }
    spec: { controller: ts-ingress.io/controller }
`);
  expect(manifest.resources.map(({ kind, metadata }) => [kind, metadata.namespace, metadata.name])).toEqual([
    ["Service", "default", "a"],
    ["Service", "default", "b"],
    ["IngressClass", "", "c"],
  ]);
  expect(manifest.resources.map(({ place }) => place?.lineOf(["metadata", "name"]))).toEqual([7, 9, 17]);
  expect(lines(manifest)).toEqual([
    "web.yaml:11 error FieldInvalid object Service default/b | spec.ports[0].port must be a port between 1 and 65535, but is 0 | Write a valid port number",
    'web.yaml:12 error FieldWrongType object List default/(unnamed) | items[1] must be a map, but is "text" | Write "key: value" lines in its place',
  ]);
});

test("metadata: what is read, and what a wrong field costs", () => {
  const { resources, diagnostics } = readObject({
    apiVersion: "v1",
    kind: "Service",
    metadata: {
      name: "web",
      namespace: null,
      uid: "1-2",
      creationTimestamp: "2026-01-02T03:04:05Z",
      labels: { app: "web", __proto__: null },
    },
    spec: {},
  });
  expect(diagnostics).toEqual([]);
  expect(resources[0]?.metadata).toStrictEqual({
    name: "web",
    namespace: "default",
    uid: "1-2",
    creationTimestamp: Date.UTC(2026, 0, 2, 3, 4, 5),
    annotations: {},
    labels: { app: "web" },
  });
  expect(resources[0]).not.toHaveProperty("place");

  const wrong = readObject({
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: "web", creationTimestamp: "soon", uid: 5 },
    spec: {},
  });
  expect(wrong.resources[0]?.metadata).toMatchObject({ name: "web", creationTimestamp: null });
  expect(wrong.diagnostics.map(({ message, object }) => [message, object.file])).toEqual([
    ["metadata.uid must be a string, but is 5", undefined],
    ['metadata.creationTimestamp must be a time, but is "soon"', undefined],
  ]);
});

test("a value is quoted without anything a terminal would act upon", () => {
  const [problem] = read('apiVersion: v1\nkind: Service\nmetadata: { name: "a\\e[2J\\x9b2J\\u202e" }\n').diagnostics;
  expect(problem?.message).toContain(String.raw`but is "a\u001b[2J\u009b2J\u202e"`);
});
