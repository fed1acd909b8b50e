import { expect, test } from "vitest";
import { lines, read } from "./read.ts";
import { HEAD, ingress } from "./ingress-text.ts";

const GOOD = "{ path: /good, pathType: Exact, backend: { service: { name: web, port: { number: 80 } } } }";

/** An Ingress whose first path is `path`; its second one is good. */
function twoPaths(path: string): string {
  return `${HEAD}spec:
  rules:
    - host: a.example.com
      http:
        paths:
          - ${path}
          - ${GOOD}
`;
}

function checkPlaced(text: string, message: string, remedy: string): void {
  const { diagnostics } = read(text);
  expect(diagnostics).toHaveLength(1);
  expect(diagnostics[0]).toMatchObject({
    severity: "error",
    scope: "object",
    object: { kind: "Ingress", namespace: "shop", name: "web", file: "web.yaml", line: 9 },
    message: expect.stringContaining(`spec.rules[0].http.paths[0]${/^(is|must)/.test(message) ? " " : "."}${message}`),
    remedy: expect.stringContaining(remedy),
  });
  expect(diagnostics[0]?.code).toMatch(/^([A-Z][a-z]+)+$/);
}

const BAD_PATHS: [string, string, string][] = [
  [
    "{ path: 7, pathType: Exact, backend: { service: { name: web, port: { number: 80 } } } }",
    "path must be a string, but is 7",
    'Put it in quotes: "7"',
  ],
  [
    "{ path: /, pathType: [Exact], backend: { service: { name: web, port: { number: 80 } } } }",
    'pathType must be a string, but is ["Exact"]',
    "Put it in quotes",
  ],
  ["/", 'must be a map, but is "/"', 'Write "key: value" lines'],
  ["", "is empty", "Remove the item"],
];

test.each(BAD_PATHS)("a bad path costs that path, and leaves its place: %s", (path, message, remedy) => {
  checkPlaced(twoPaths(path), message, remedy);
  expect(ingress(twoPaths(path))?.spec.rules[0]?.paths).toMatchObject([null, { path: "/good" }]);
});

/** What is written as `backend` of the path /bad. */
const BAD_BACKENDS: [string, string, string][] = [
  ["web", 'backend must be a map, but is "web"', "indented below backend"],
  [
    "{ serviceName: web, servicePort: 80 }",
    "backend.serviceName is the form of v1beta1, which Ingress v1 does not have",
    "Write service: { name: ..., port: { number: ... } } instead of serviceName and servicePort",
  ],
  [
    "{ service: { port: { number: 80 } } }",
    "backend.service.name is missing",
    "Add name to spec.rules[0].http.paths[0].backend.service",
  ],
  [
    "{ service: { name: web, port: 80 } }",
    "backend.service.port must be a map, but is 80",
    "Write port: { number: 80 }",
  ],
  [
    "{ service: { name: web, port: http } }",
    'backend.service.port must be a map, but is "http"',
    "Write port: { name: http }",
  ],
  [
    '{ service: { name: web, port: { number: "80" } } }',
    'backend.service.port.number must be a whole number, but is "80"',
    "Write it without quotes",
  ],
  [
    "{ service: { name: web, port: { number: 80.5 } } }",
    "backend.service.port.number must be a whole number, but is 80.5",
    "Write a number such as 80",
  ],
  ["{ resource: { kind: Bucket } }", "backend.resource.name is missing", "Add name"],
];

test.each(BAD_BACKENDS)("a bad backend costs itself, the path stays: %s", (backend, message, remedy) => {
  const text = twoPaths(`{ path: /bad, pathType: Exact, backend: ${backend} }`);
  checkPlaced(text, message, remedy);
  expect(ingress(text)?.spec.rules[0]?.paths).toMatchObject([
    { path: "/bad", pathType: "Exact", backend: null },
    { path: "/good" },
  ]);
});

test.each([
  ["{ path: / }", {}],
  ["{ path: /, backend: }", {}],
  ["{ path: /, backend: { service: { name: web } } }", { service: { name: "web", port: {} } }],
  ["{ path: /, backend: { service: { name: web, port: {} } } }", { service: { name: "web", port: {} } }],
])("what a backend leaves out is for the translator to judge: %s", (path, backend) => {
  expect(lines(read(twoPaths(path)))).toEqual([]);
  expect(ingress(twoPaths(path))?.spec.rules[0]?.paths?.[0]).toStrictEqual({ path: "/", backend });
});
