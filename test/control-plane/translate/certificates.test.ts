import { beforeAll, describe, expect, test } from "vitest";
import type { Ingress, IngressTls } from "../../../src/control-plane/resources/ingress.ts";
import { makePair } from "../../support/make-pair.ts";
import { codes, ingress, nginx, path, service, tlsSecret, translated } from "../../support/resources.ts";

type Pair = Awaited<ReturnType<typeof makePair>>;
let exact: Pair;
let wildcard: Pair;
beforeAll(async () => {
  exact = await makePair(["a.example.com", "b.example.com"]);
  wildcard = await makePair(["*.example.com"]);
});

const WEB = service("web", { type: "ExternalName", externalName: "web.org" });
const WEB_OTHER = service("other/web", { type: "ExternalName", externalName: "web.org" });

function withTls(key: string, hosts: readonly string[], tls: readonly IngressTls[]): Ingress {
  return ingress(key, { rules: hosts.map((host) => ({ host, paths: [path(`/${key}`, "web:80")] })), tls });
}

/** "ns/secret: names", and the diagnostics. */
function presented(objects: Parameters<typeof translated>[0]) {
  const result = translated([WEB, WEB_OTHER, ...objects]);
  const shown = result.fragment.certificates.map(({ name, serverNames }) => `${name}: ${serverNames.join(" ")}`);
  return { shown, codes: codes(result), result };
}

describe("certificates", () => {
  test("are presented for the hosts listed, under the Secret's name", () => {
    const { shown, codes, result } = presented([
      withTls("in", ["a.example.com"], [{ hosts: ["A.example.com"], secretName: "tls" }]),
      tlsSecret("tls", exact),
    ]);
    expect(shown).toEqual(["default/tls: a.example.com"]);
    expect(codes).toEqual([]);
    expect(result.fragment.certificates[0]).toMatchObject({
      chain: exact["tls.crt"],
      privateKey: exact["tls.key"],
      origin: { kind: "Secret", namespace: "default", name: "tls" },
    });
  });

  test("for a host that no rule is for are a warning", () => {
    const tls = [{ hosts: ["a.example.com", "b.example.com"], secretName: "tls" }];
    const { shown, codes, result } = presented([withTls("in", ["a.example.com"], tls), tlsSecret("tls", exact)]);
    expect(shown).toEqual(["default/tls: a.example.com b.example.com"]);
    expect(codes).toEqual(["warning TlsHostWithoutRule default/in"]);
    expect(result.diagnostics[0]?.message).toBe(
      "spec.tls[0].hosts[1]: no rule is for b.example.com; rules are for a.example.com",
    );
  });

  test("for a wildcard above the hosts of rules, or beside a rule for every host, are none", () => {
    const tls = [{ hosts: ["*.example.com"], secretName: "tls" }];
    expect(presented([withTls("in", ["x.example.com"], tls), tlsSecret("tls", wildcard)]).codes).toEqual([]);
    const everyHost = ingress("in", { rules: [{ paths: [path("/", "web:80")] }], tls });
    expect(presented([everyHost, tlsSecret("tls", wildcard)]).codes).toEqual([]);
  });

  test("are presented from a Secret of any type, as in ingress-nginx", () => {
    const tls = [{ hosts: ["a.example.com"], secretName: "tls" }];
    const { shown, codes } = presented([withTls("in", ["a.example.com"], tls), tlsSecret("tls", exact, "Opaque")]);
    expect(shown).toEqual(["default/tls: a.example.com"]);
    expect(codes).toEqual([]);
  });

  test("are one a Secret, with the names of all Ingresses", () => {
    const { shown } = presented([
      withTls("one", ["a.example.com"], [{ hosts: ["a.example.com"], secretName: "tls" }]),
      withTls("two", ["b.example.com"], [{ hosts: ["b.example.com", "a.example.com"], secretName: "tls" }]),
      tlsSecret("tls", exact),
    ]);
    expect(shown).toEqual(["default/tls: a.example.com b.example.com"]);
  });

  test("without hosts are presented for the hosts of rules they cover", () => {
    const hosts = ["a.example.com", "b.example.com", "c.example.org"];
    const { shown, codes } = presented([
      withTls("in", hosts, [{ hosts: [], secretName: "tls" }]),
      tlsSecret("tls", exact),
    ]);
    expect(shown).toEqual(["default/tls: a.example.com b.example.com"]);
    expect(codes).toEqual(["warning CertificateDoesNotCoverHost default/in"]);
  });

  test("are presented for a host of a rule that no entry lists, when they cover it", () => {
    const tls = [{ hosts: ["a.example.com"], secretName: "tls" }];
    const { shown, codes } = presented([
      withTls("in", ["b.example.com", "c.example.org"], tls),
      tlsSecret("tls", exact),
    ]);
    expect(shown).toEqual(["default/tls: a.example.com b.example.com"]);
    expect(codes).toEqual(["warning TlsHostWithoutRule default/in"]);
  });

  test("a wildcard covers one label and its own name, not the parent", () => {
    const hosts = ["a.example.com", "*.example.com", "a.b.example.com", "example.com"];
    const { shown, codes } = presented([
      withTls("in", hosts, [{ hosts, secretName: "tls" }]),
      tlsSecret("tls", wildcard),
    ]);
    expect(shown).toEqual(["default/tls: *.example.com a.example.com"]);
    expect(codes).toEqual([
      "warning CertificateDoesNotCoverHost default/in",
      "warning CertificateDoesNotCoverHost default/in",
    ]);
  });

  test("a wildcard host needs a wildcard certificate", () => {
    const hosts = ["*.example.com"];
    expect(presented([withTls("in", hosts, [{ hosts, secretName: "tls" }]), tlsSecret("tls", exact)]).shown).toEqual(
      [],
    );
  });

  test("the first Ingress has the name, and the other is told", () => {
    const entry = (secretName: string) => [{ hosts: ["a.example.com"], secretName }];
    const { shown, codes, result } = presented([
      withTls("one", ["a.example.com"], entry("mine")),
      withTls("two", ["a.example.com"], entry("yours")),
      tlsSecret("mine", exact),
      tlsSecret("yours", wildcard),
    ]);
    expect(shown).toEqual(["default/yours: a.example.com"]);
    expect(codes).toEqual(["warning CertificateConflict default/one"]);
    expect(result.diagnostics[0]?.message).toMatch(/default\/yours.*Ingress default\/two.*default\/mine/);
  });

  test("a copy of the same certificate in another namespace is no conflict", () => {
    const entry = [{ hosts: ["a.example.com"], secretName: "tls" }];
    const { shown, codes } = presented([
      withTls("in", ["a.example.com"], entry),
      withTls("other/in", ["a.example.com"], entry),
      tlsSecret("tls", exact),
      tlsSecret("other/tls", exact),
    ]);
    expect(shown).toEqual(["other/tls: a.example.com"]);
    expect(codes).toEqual([]);
  });

  test.each<[string, (pair: Pair, foreign: Pair) => Parameters<typeof translated>[0], string, string]>([
    ["missing", () => [], "warning", "SecretNotFound"],
    ["in another namespace", (pair) => [tlsSecret("other/tls", pair)], "warning", "SecretNotFound"],
    ["without a pair", () => [tlsSecret("tls", { password: "x" }, "Opaque")], "error", "CertificateBroken"],
    [
      "broken",
      (pair, foreign) => [tlsSecret("tls", { ...pair, "tls.key": foreign["tls.key"] })],
      "error",
      "CertificateBroken",
    ],
  ])("a Secret that is %s leaves the host to the default certificate", (_, secrets, severity, code) => {
    const tls = [{ hosts: ["a.example.com"], secretName: "tls" }];
    const { shown, result } = presented([withTls("in", ["a.example.com"], tls), ...secrets(exact, wildcard)]);
    expect(shown).toEqual([]);
    expect(result.diagnostics).toEqual([expect.objectContaining({ severity, code, scope: "reference" })]);
    expect(result.fragment.virtualHosts).toHaveLength(1);
  });

  test("an entry without secretName, and a bad host in an entry", () => {
    const tls = [{ hosts: ["c.example.org"] }, { hosts: ["10.0.0.1", ""], secretName: "tls" }];
    const { shown, codes } = presented([withTls("in", ["c.example.org"], tls), tlsSecret("tls", exact)]);
    expect(shown).toEqual([]);
    expect(codes).toEqual(["warning TlsHostInvalid default/in", "warning TlsHostInvalid default/in"]);
  });
});

test("a host whose TLS is handed on unopened needs none, and what it names is not looked for", () => {
  const passed = (key: string, hosts: readonly string[], tls: readonly IngressTls[]): Ingress => {
    const made = withTls(key, hosts, tls);
    const annotations = nginx({ "ssl-passthrough": "true" });
    return { ...made, metadata: { ...made.metadata, annotations } };
  };
  const { shown, codes } = presented([
    passed("in", ["a.example.com"], [{ hosts: ["A.example.com"], secretName: "missing" }]),
    passed("rest", ["c.example.com"], [{ hosts: [], secretName: "missing" }]),
    withTls(
      "both",
      ["a.example.com", "b.example.com"],
      [{ hosts: ["a.example.com", "b.example.com"], secretName: "tls" }],
    ),
    withTls("all", ["a.example.com", "b.example.com"], [{ hosts: [], secretName: "tls" }]),
    tlsSecret("tls", exact),
  ]);
  expect(shown).toEqual(["default/tls: b.example.com"]);
  expect(codes.filter((code) => /SecretNotFound|Certificate/.test(code))).toEqual([]);
});
