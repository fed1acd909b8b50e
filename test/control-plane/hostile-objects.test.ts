import * as fc from "fast-check";
import { expect, test } from "vitest";
import { LastGoodSecrets } from "../../src/control-plane/last-good-secrets.ts";
import { readObject } from "../../src/control-plane/resources/read-object.ts";
import { resourceSet } from "../../src/control-plane/resources/resource-set.ts";
import { sayingsOf } from "../../src/control-plane/status/sayings.ts";
import type { Diagnostic } from "../../src/control-plane/translate/diagnostic.ts";
import { translate } from "../../src/control-plane/translate/translate.ts";
import { DataPlane } from "../../src/data-plane/data-plane.ts";
import { applyChanges, changesBetween } from "../../src/snapshot/changes.ts";
import { printable } from "../../src/snapshot/printable.ts";
import { seal } from "../../src/snapshot/seal.ts";
import type { RoutingSnapshot } from "../../src/snapshot/snapshot.ts";
import { OPTIONS } from "../support/resources.ts";

const NGINX = "nginx.ingress.kubernetes.io/";
const OTHER = "other.example";

function ingress(
  name: string,
  rules: unknown,
  rest: { tls?: unknown; annotations?: unknown; labels?: unknown } = {},
): object {
  const { tls = [], annotations = {}, labels = {} } = rest;
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "Ingress",
    metadata: { name, namespace: "t", annotations, labels },
    spec: { rules, tls },
  };
}

function rule(host: string, paths: readonly string[] = ["/"], service = "web"): object {
  const backend = { service: { name: service, port: { number: 80 } } };
  return { host, http: { paths: paths.map((path) => ({ path, pathType: "Prefix", backend })) } };
}

function service(name: string): object {
  return { apiVersion: "v1", kind: "Service", metadata: { name, namespace: "t" }, spec: { ports: [{ port: 80 }] } };
}

function slice(of: string, rest: object = {}): object {
  const metadata = { name: `${of}-1`, namespace: "t", labels: { "kubernetes.io/service-name": of } };
  const endpoints = [{ addresses: ["10.0.0.1"] }];
  return {
    apiVersion: "discovery.k8s.io/v1",
    kind: "EndpointSlice",
    metadata,
    addressType: "IPv4",
    ports: [{ port: 8080 }],
    endpoints,
    ...rest,
  };
}

function secret(name: string, data: Record<string, string>): object {
  const coded = Object.entries(data).map(([key, text]) => [key, Buffer.from(text).toString("base64")]);
  return {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name, namespace: "t" },
    type: "kubernetes.io/tls",
    data: Object.fromEntries(coded),
  };
}

const GOOD = [ingress("other", [rule(OTHER)]), service("web"), slice("web")];

/** All that becomes of objects, from the text of the API server to the workers. */
function served(objects: readonly object[]): {
  snapshot: RoutingSnapshot;
  diagnostics: readonly Diagnostic[];
  events: number;
} {
  const read = [...objects, ...GOOD].map((object) => readObject(JSON.parse(JSON.stringify(object))));
  const set = resourceSet(read.flatMap(({ resources }) => resources));
  const secrets = new LastGoodSecrets().keep(set.secrets);
  const resources = { ...set, secrets: secrets.secrets };
  const translation = translate(resources, OPTIONS);
  const snapshot = seal(translation.fragment);
  const diagnostics = [...read.flatMap((one) => one.diagnostics), ...secrets.diagnostics, ...translation.diagnostics];
  // As to a worker.
  const arrived = applyChanges(null, structuredClone(changesBetween(null, snapshot)));
  expect(arrived?.revision).toBe(snapshot.revision);
  const plane = new DataPlane({});
  plane.apply(arrived as RoutingSnapshot);
  plane.close();
  printable(snapshot);
  return { snapshot, diagnostics, events: sayingsOf(diagnostics, resources).length };
}

const UNHARMED = served([]).snapshot;

/** Other tenants are served as before, and what is said can be shown to anybody. */
function harmless(objects: readonly object[]): ReturnType<typeof served> {
  const result = served(objects);
  const { virtualHosts, upstreams } = result.snapshot.revisions;
  expect(virtualHosts.get(OTHER)).toBe(UNHARMED.revisions.virtualHosts.get(OTHER));
  expect(upstreams.get("t/web:80")).toBeDefined();
  for (const { message, remedy } of result.diagnostics) {
    // oxlint-disable-next-line no-control-regex
    expect(message + remedy).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e]/);
    expect(message.length).toBeLessThanOrEqual(1_000);
  }
  return result;
}

const count = <Item>(number: number, make: (index: number) => Item): Item[] =>
  Array.from({ length: number }, (_, index) => make(index));
const codesOf = ({ diagnostics }: { diagnostics: readonly Diagnostic[] }): string[] =>
  [...new Set(diagnostics.map(({ code }) => code))].toSorted();

test("names that mean something to JavaScript are names", () => {
  const annotations = JSON.parse(
    `{"__proto__":"x","constructor":"y","${NGINX}__proto__":"z","${NGINX}constructor":"z","ts-ingress.io/hasownproperty":"q"}`,
  );
  const tls = [{ hosts: ["constructor"], secretName: "constructor" }];
  const rules = [
    rule("constructor", ["/", "/__proto__", "/constructor"], "constructor"),
    rule("hasownproperty"),
    rule("__proto__"),
  ];
  const odd = [
    ingress("constructor", rules, { annotations, tls, labels: JSON.parse('{"__proto__":"x"}') }),
    service("constructor"),
    slice("constructor"),
  ];
  const { snapshot, diagnostics } = harmless(odd);
  expect(snapshot.virtualHosts.map(({ host }) => host)).toEqual(["constructor", "hasownproperty", OTHER]);
  expect(codesOf({ diagnostics })).toEqual(["AnnotationUnknown", "HostInvalid", "SecretNotFound"]);
  expect(({} as Record<string, unknown>)["x"]).toBeUndefined();
});

test("what moves the cursor of a terminal is shown, not done", () => {
  const odd = "a\n\u001b[2J\u202e\u0000";
  const annotations = {
    [`${NGINX}proxy-read-timeout`]: odd.repeat(10_000),
    [`${NGINX}auth-tls-verify-depth`]: odd,
    [`${NGINX}x${odd}`]: "y",
  };
  const rules = [
    rule(odd),
    rule("a.example", ["/", odd, `/${odd}`], odd),
    { host: "b.example", http: { paths: [{ path: "/", pathType: odd }] } },
  ];
  const result = harmless([
    ingress("odd", rules, { annotations, tls: [{ hosts: [odd], secretName: odd }] }),
    slice("web", { endpoints: [{ addresses: [odd] }, { addresses: ["10.0.0.1"] }] }),
  ]);
  expect(result.diagnostics.length).toBeGreaterThan(6);
});

test("thousands of mistakes in one Ingress cost it, and no more Events than a person reads", () => {
  const annotations = Object.fromEntries(count(5_000, (index) => [`${NGINX}proxy-bodyy-sizee-${index}`, "x"]));
  const rules = count(1_000, (index) => rule(`h${index}.example`, ["/%zz", "/"], `gone-${index}`));
  const result = harmless([
    ingress("many", rules, {
      annotations,
      tls: count(500, (index) => ({ hosts: [`h${index}.example`], secretName: `gone-${index}` })),
    }),
  ]);
  expect(result.diagnostics.length).toBeGreaterThan(6_000);
  expect(result.events).toBe(20);
});

test("Secrets that are no certificates are none, however large", () => {
  const bombs = [
    "-----BEGIN CERTIFICATE-----\n".repeat(30_000),
    "-----BEGIN X509 CRL-----".repeat(30_000),
    "\u0000".repeat(500_000),
    "-----BEGIN PRIVATE KEY-----\nAAAA",
  ];
  const objects = bombs.flatMap((text, index) => [
    secret(`bomb-${index}`, { "tls.crt": text, "tls.key": text, "ca.crt": text, "ca.crl": text }),
    ingress(`bomb-${index}`, [rule(`bomb-${index}.example`)], {
      tls: [{ hosts: [`bomb-${index}.example`], secretName: `bomb-${index}` }],
      annotations: {
        [`${NGINX}auth-tls-secret`]: `t/bomb-${index}`,
        [`${NGINX}auth-tls-match-cn`]: `CN=${"(a*)*".repeat(200)}`,
      },
    }),
  ]);
  const { snapshot } = harmless(objects);
  expect(snapshot.certificates).toEqual([]);
});

test("endpoints of every kind: those that cannot be connected to are left out", () => {
  const conditions = [
    {},
    null,
    { ready: true },
    { ready: false },
    { ready: false, serving: true, terminating: true },
    { ready: null, serving: null },
  ];
  const addresses = ["bad", "", "10.0.0.300", "::1%", "2001:db8::1", "10.0.0.1\n"];
  const odd = ["IPv4", "IPv6", "FQDN", "", "constructor"].flatMap((addressType, index) =>
    slice(`odd-${index}`, {
      addressType,
      ports: [null, { name: "other", port: 0 }, { port: 70_000 }],
      endpoints: [
        null,
        ...conditions.flatMap((one) => addresses.map((address) => ({ addresses: [address, null], conditions: one }))),
      ],
    }),
  );
  const many = slice("large", {
    endpoints: count(5_000, (index) => ({
      addresses: [`10.1.${index >> 8}.${index & 255}`],
      conditions: { ready: index % 2 === 0 },
    })),
  });
  const names = ["large", ...count(5, (index) => `odd-${index}`)];
  const { snapshot } = harmless([
    ...odd,
    many,
    ...names.map(service),
    ingress(
      "odd",
      names.map((name) => rule(`${name}.example`, ["/"], name)),
    ),
  ]);
  const endpointsOf = (name: string): number => {
    const addressing = snapshot.upstreams.find((upstream) => upstream.name === `t/${name}:80`)?.addressing;
    return addressing?.kind === "endpoints" ? addressing.endpoints.length : -1;
  };
  expect(endpointsOf("large")).toBe(2_500);
  expect(count(5, (index) => endpointsOf(`odd-${index}`))).toEqual([0, 0, 0, 0, 0]);
});

test("whatever somebody writes into an Ingress, it costs nobody else anything", () => {
  const nasty = fc.oneof(
    fc.constantFrom(
      "__proto__",
      "constructor",
      "toString",
      "../../x",
      "${x}",
      "a\nb",
      "\u0000",
      "%00",
      "/..",
      "*",
      "*.x",
      "a".repeat(5_000),
      "(a+)+$",
      "$(x)",
      "-1",
      "1e9",
      "0x1",
      OTHER,
      "web",
    ),
    fc.string({ unit: "binary", maxLength: 20 }),
  );
  const name = fc.oneof(
    fc.constantFrom(
      "auth-url",
      "auth-tls-secret",
      "auth-tls-match-cn",
      "ssl-redirect",
      "proxy-body-size",
      "backend-protocol",
      "proxy-ssl-secret",
      "ssl-passthrough",
      "proxy-read-timeout",
      "server-alias",
      "canary",
    ),
    nasty,
  );
  const hostile = fc.record({
    annotations: fc.dictionary(
      name.map((text) => NGINX + text),
      nasty,
      { maxKeys: 4 },
    ),
    host: fc.oneof(
      nasty.filter((text) => text !== OTHER),
      fc.constant("mine.example"),
    ),
    paths: fc.array(nasty, { maxLength: 3 }),
    to: nasty,
    secretName: nasty,
  });
  fc.assert(
    fc.property(hostile, ({ annotations, host, paths, to, secretName }) => {
      harmless([ingress("hostile", [rule(host, paths, to)], { annotations, tls: [{ hosts: [host], secretName }] })]);
    }),
    { numRuns: 200 },
  );
});
