import { describe, expect, test } from "vitest";
import { makePair } from "../../support/make-pair.ts";
import { backend, codes, endpoints, ingress, path, service, tlsSecret, translated } from "../../support/resources.ts";

const OPTIONS = { defaultBackend: "edge/errors", defaultCertificate: "edge/wildcard" };
const READY = [
  service("edge/errors"),
  endpoints("edge/errors", [{ addresses: ["10.0.0.9"], ports: [{ port: 80, protocol: "TCP" }] }]),
];
const SECRET = tlsSecret("edge/wildcard", await makePair(["*.example.com"]));

function hostOf(given: ReturnType<typeof translated>, name: string) {
  return given.fragment.virtualHosts.find(({ host }) => host === name);
}

describe("the default backend", () => {
  test("serves what no rule matches, by the first port of its Service", () => {
    const given = translated([...READY, SECRET], OPTIONS);
    expect(hostOf(given, "*")).toMatchObject({
      routes: [],
      defaultRoute: { origin: { kind: "Service" }, action: { kind: "forward", upstream: "edge/errors:80" } },
    });
    expect(given.fragment.upstreams.map(({ name }) => name)).toEqual(["edge/errors:80"]);
    expect(codes(given)).toEqual([]);
  });

  test("leaves it to an Ingress that is a defaultBackend", () => {
    const own = ingress("shop/all", { rules: [], defaultBackend: backend("web:80") });
    const given = translated([...READY, SECRET, own], OPTIONS);
    expect(hostOf(given, "*")?.defaultRoute?.origin).toMatchObject({ kind: "Ingress", name: "all" });
  });

  test.each([
    ["a Service that is missing", []],
    ["a Service without endpoints", [service("edge/errors")]],
    ["a Service without a port", [service("edge/errors", { ports: [] })]],
  ])("%s serves nothing, and that is told", (_, objects) => {
    const given = translated([...objects, SECRET], OPTIONS);
    expect(given.fragment.virtualHosts).toEqual([]);
    expect(codes(given)).toEqual(["warning DefaultBackendNotServed edge/errors"]);
  });
});

describe("the default certificate", () => {
  const names = ({ fragment }: ReturnType<typeof translated>): unknown[] =>
    fragment.certificates.map(({ name, serverNames, isDefault }) => [name, serverNames, isDefault ?? false]);

  test("is there without anybody who names it, and may be that of a host too", () => {
    expect(names(translated([...READY, SECRET], OPTIONS))).toEqual([["edge/wildcard", [], true]]);
    const tls = [{ hosts: ["a.example.com"], secretName: "wildcard" }];
    const web = ingress("edge/web", { tls, rules: [{ host: "a.example.com", paths: [path("/", "errors:80")] }] });
    expect(names(translated([...READY, SECRET, web], OPTIONS))).toEqual([["edge/wildcard", ["a.example.com"], true]]);
  });

  test("is that of a Secret of any type, and what to do about a broken one does not ask for another", () => {
    const opaque = (data: Record<string, string>) => tlsSecret("edge/wildcard", data, "Opaque");
    expect(names(translated([...READY, opaque(SECRET.data)], OPTIONS))).toEqual([["edge/wildcard", [], true]]);
    const { diagnostics } = translated([...READY, opaque({ "tls.crt": SECRET.data["tls.crt"] ?? "" })], OPTIONS);
    expect(diagnostics.map(({ code, remedy }) => `${code}: ${remedy}`)).toEqual([
      "DefaultCertificateBroken: Put a PEM chain, leaf first, in tls.crt and its key in tls.key of the Secret, of whatever type",
    ]);
  });

  test.each([
    ["DefaultCertificateNotFound", []],
    ["DefaultCertificateBroken", [tlsSecret("edge/wildcard", { "tls.crt": "no", "tls.key": "no" })]],
  ])("%s: the one that is made stays", (code, objects) => {
    const given = translated([...READY, ...objects], OPTIONS);
    expect(names(given)).toEqual([]);
    expect(codes(given)).toEqual([`error ${code} edge/wildcard`]);
  });
});
