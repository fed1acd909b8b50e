import { expect, test } from "vitest";
import { read } from "./read.ts";

const HEAD = "apiVersion: v1\nkind: Service\nmetadata: { name: web }\n";

test("a whole Service, and the defaults of a short one", () => {
  const whole = read(`${HEAD}spec:
  type: NodePort
  clusterIP: None
  selector: { app: web }
  publishNotReadyAddresses: true
  ports:
    - { name: http, port: 80, targetPort: 8080, protocol: TCP, appProtocol: https }
    - { name: web, port: 81, targetPort: web }
`);
  expect(whole.diagnostics).toEqual([]);
  expect(whole.resources[0]).toMatchObject({
    spec: {
      type: "NodePort",
      clusterIP: "None",
      selector: { app: "web" },
      publishNotReadyAddresses: true,
      ports: [
        { name: "http", port: 80, targetPort: 8080, protocol: "TCP", appProtocol: "https" },
        { name: "web", port: 81, targetPort: "web", protocol: "TCP" },
      ],
    },
  });
  const external = read(`${HEAD}spec: { type: ExternalName, externalName: db.example.com }`);
  expect(external.resources).toMatchObject([
    { spec: { type: "ExternalName", externalName: "db.example.com", publishNotReadyAddresses: false, ports: [] } },
  ]);
  const short = read(`${HEAD}spec: { ports: [{ port: 80 }] }`).resources[0];
  expect(short?.kind === "Service" && short.spec).toStrictEqual({
    type: "ClusterIP",
    publishNotReadyAddresses: false,
    ports: [{ port: 80, protocol: "TCP" }],
  });
});

const BAD_PORTS: [string, string, string][] = [
  ['{ port: "80" }', 'spec.ports[0].port must be a whole number, but is "80"', "Write it without quotes"],
  ["{ port: http }", 'spec.ports[0].port must be a whole number, but is "http"', "Write a number such as 80"],
  [
    "{ port: 70000 }",
    "spec.ports[0].port must be a port between 1 and 65535, but is 70000",
    "Write a valid port number",
  ],
  ["{ name: http }", "spec.ports[0].port is missing", "Add port to spec.ports[0]"],
  ["80", "spec.ports[0] must be a map, but is 80", 'Write "key: value" lines in its place'],
  ["{ port: 80, name: 8 }", "spec.ports[0].name must be a string, but is 8", 'Put it in quotes: "8"'],
  [
    '{ port: 80, targetPort: "8080" }',
    'spec.ports[0].targetPort must be a number or the name of a container port, but is the text "8080"',
    "Write the number without quotes",
  ],
  [
    "{ port: 80, targetPort: -1 }",
    "spec.ports[0].targetPort must be a port between 1 and 65535, but is -1",
    "Write a valid port number",
  ],
];

test.each(BAD_PORTS)("a bad port costs that port: %s", (port, message, remedy) => {
  const { resources, diagnostics } = read(`${HEAD}spec:\n  ports:\n    - ${port}\n    - { name: good, port: 81 }\n`);
  expect(diagnostics).toMatchObject([{ severity: "error", scope: "object", message, remedy, object: { line: 6 } }]);
  expect(resources).toMatchObject([{ spec: { ports: [{ name: "good", port: 81 }] } }]);
});

const OTHERS: [string, string, number, number][] = [
  ["", "spec is missing", 1, 0],
  ["spec:\n  ports: 80", "spec.ports must be a list, but is 80", 5, 0],
  ["spec:\n  type: 5", "spec.type must be a string, but is 5", 5, 0],
  ["spec:\n  externalName: 5", "spec.externalName must be a string, but is 5", 5, 0],
  ["spec:\n  clusterIP: 5", "spec.clusterIP must be a string, but is 5", 5, 1],
  ["spec:\n  selector: app", 'spec.selector must be a map, but is "app"', 5, 1],
  [
    "spec:\n  publishNotReadyAddresses: 'true'",
    'spec.publishNotReadyAddresses must be true or false, but is "true"',
    5,
    1,
  ],
  ["spec:\n  ports: [{ port: 80, appProtocol: 5 }]", "spec.ports[0].appProtocol must be a string, but is 5", 5, 1],
];

test.each(OTHERS)("what it costs: %j", (spec, message, line, left) => {
  const { resources, diagnostics } = read(HEAD + spec);
  expect(diagnostics).toMatchObject([{ message, object: { line } }]);
  expect(resources).toHaveLength(left);
});
