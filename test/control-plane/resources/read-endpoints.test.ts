import { expect, test } from "vitest";
import { lines, read } from "./read.ts";

const SLICE = `apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: { name: web-1, labels: { kubernetes.io/service-name: web } }
addressType: IPv4
`;
const ENDPOINTS = "apiVersion: v1\nkind: Endpoints\nmetadata: { name: web }\n";

test("a whole EndpointSlice", () => {
  const manifest = read(`${SLICE}ports:
  - { name: "", port: 80, protocol: TCP }
  - { name: all }
endpoints:
  - addresses: [10.0.0.1]
    conditions: { ready: true, serving: true, terminating: false }
  - addresses: [10.0.0.2]
    conditions: { ready: }
  - addresses: [10.0.0.3]
`);
  expect(manifest.diagnostics).toEqual([]);
  expect(manifest.resources[0]).toMatchObject({
    metadata: { labels: { "kubernetes.io/service-name": "web" } },
    addressType: "IPv4",
    ports: [
      { name: "", port: 80, protocol: "TCP" },
      { name: "all", protocol: "TCP" },
    ],
    endpoints: [
      { addresses: ["10.0.0.1"], conditions: { ready: true, serving: true, terminating: false } },
      { addresses: ["10.0.0.2"], conditions: {} },
      { addresses: ["10.0.0.3"], conditions: {} },
    ],
  });
});

test("null lists are empty, as the API server writes them", () => {
  expect(read(`${SLICE}ports: null\nendpoints: null\n`)).toMatchObject({
    resources: [{ ports: [], endpoints: [] }],
    diagnostics: [],
  });
  expect(read(`${ENDPOINTS}subsets: null\n`)).toMatchObject({ resources: [{ subsets: [] }], diagnostics: [] });
});

const BAD_ENDPOINTS: [string, string][] = [
  ["{ addresses: 10.0.0.1 }", 'endpoints[0].addresses must be a list, but is "10.0.0.1"'],
  ["{ conditions: {} }", "endpoints[0].addresses is missing"],
  ["10.0.0.1", 'endpoints[0] must be a map, but is "10.0.0.1"'],
  ["{ addresses: [a], conditions: true }", "endpoints[0].conditions must be a map, but is true"],
  [
    "{ addresses: [a], conditions: { ready: 'no' } }",
    'endpoints[0].conditions.ready must be true or false, but is "no"',
  ],
];

test.each(BAD_ENDPOINTS)("a bad endpoint costs that endpoint, and leaves its place: %s", (endpoint, message) => {
  const { resources, diagnostics } = read(`${SLICE}endpoints:\n  - ${endpoint}\n  - { addresses: [10.0.0.9] }\n`);
  expect(diagnostics).toMatchObject([{ severity: "error", message, object: { line: 6 } }]);
  expect(resources).toMatchObject([{ endpoints: [null, { addresses: ["10.0.0.9"] }] }]);
});

test("a bad address or port of a slice costs itself", () => {
  const manifest = read(`${SLICE}ports:
  - { port: "80" }
  - { port: 81 }
endpoints:
  - addresses:
      - 1.5
      - 10.0.0.9
`);
  expect(manifest.resources).toMatchObject([
    { ports: [null, { port: 81 }], endpoints: [{ addresses: [null, "10.0.0.9"] }] },
  ]);
  expect(lines(manifest)).toEqual([
    'web.yaml:6 error FieldWrongType object EndpointSlice default/web-1 | ports[0].port must be a whole number, but is "80" | Write it without quotes',
    'web.yaml:10 error FieldWrongType object EndpointSlice default/web-1 | endpoints[0].addresses[0] must be a string, but is 1.5 | Put it in quotes: "1.5"',
  ]);
});

test("a slice without address type is left out", () => {
  const manifest = read("apiVersion: discovery.k8s.io/v1\nkind: EndpointSlice\nmetadata: { name: web }\n");
  expect(manifest).toMatchObject({ resources: [], diagnostics: [{ message: "addressType is missing" }] });
});

test("Endpoints: addresses and ports, and what a bad one costs", () => {
  const manifest = read(`${ENDPOINTS}subsets:
  - addresses:
      - { ip: 10.0.0.1, targetRef: { kind: Pod } }
      - { hostname: x }
      - 10.0.0.2
    notReadyAddresses: [{ ip: 10.0.0.3 }]
    ports:
      - { port: 80, name: http }
      - { port: 0 }
  - addresses: none
  - addresses: [{ ip: 10.0.0.4 }]
`);
  expect(manifest.resources).toMatchObject([
    {
      subsets: [
        {
          addresses: ["10.0.0.1", null, null],
          notReadyAddresses: ["10.0.0.3"],
          ports: [{ port: 80, name: "http", protocol: "TCP" }, { port: 0 }],
        },
        null,
        { addresses: ["10.0.0.4"], notReadyAddresses: [], ports: [] },
      ],
    },
  ]);
  expect(manifest.diagnostics.map(({ message, object }) => [object.line, message])).toEqual([
    [7, "subsets[0].addresses[1].ip is missing"],
    [8, 'subsets[0].addresses[2] must be a map, but is "10.0.0.2"'],
    [13, 'subsets[1].addresses must be a list, but is "none"'],
  ]);
});
