import { beforeAll, describe, expect, test } from "vitest";
import { readCertificatePair } from "../../../src/control-plane/translate/certificate-pair.ts";
import { makePair } from "../../support/make-pair.ts";
import { tlsSecret } from "../../support/resources.ts";

let one: Record<string, string>;
let other: Record<string, string>;
beforeAll(async () => {
  one = await makePair(["a.example.com"]);
  other = await makePair(["b.example.com"]);
});

function problemOf(data: Record<string, string | undefined>, type?: string): string {
  const written = Object.fromEntries(Object.entries(data).filter(([, value]) => value !== undefined)) as Record<
    string,
    string
  >;
  const reading = readCertificatePair(tlsSecret("web-tls", written, type));
  return "problem" in reading ? reading.problem : "none";
}

describe("readCertificatePair", () => {
  test("reads a pair, and a chain", () => {
    const chain = `${one["tls.crt"]}\n${other["tls.crt"]}`;
    expect(problemOf(one)).toBe("none");
    expect(readCertificatePair(tlsSecret("web-tls", { ...one, "tls.crt": chain }))).toMatchObject({
      leaf: { subjectAltName: "DNS:a.example.com" },
      pair: { chain, privateKey: one["tls.key"] },
    });
  });

  test("reads the same data once, whatever Secret holds it, of any type, as ingress-nginx does", () => {
    const data = { ...one };
    const first = readCertificatePair(tlsSecret("web-tls", data));
    expect(readCertificatePair(tlsSecret("other/web-tls", data))).toBe(first);
    expect(readCertificatePair(tlsSecret("web-tls", { ...one }))).not.toBe(first);
    expect(readCertificatePair(tlsSecret("web-tls", data, "Opaque"))).toBe(first);
  });

  test("what is around the certificates is not taken along: OpenSSL could take it for the first of them", () => {
    const pem = (one["tls.crt"] ?? "").trim();
    for (const around of [
      `x${pem}`,
      `-----BEGIN NOTHING-----\n${pem}`,
      `-----BEGIN CERTIFICATE REQUEST-----\nx\n${pem}\nend`,
    ]) {
      const reading = readCertificatePair(tlsSecret("web-tls", { ...one, "tls.crt": around }));
      expect(reading).toMatchObject({ pair: { chain: pem } });
    }
  });

  test("names the half that is wrong", () => {
    const encrypted = "-----BEGIN ENCRYPTED PRIVATE KEY-----\nMIIB\n-----END ENCRYPTED PRIVATE KEY-----\n";
    const brokenChain = `${one["tls.crt"]}\n-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n`;
    expect(problemOf({ ...one, "tls.key": undefined }, "Opaque")).toBe("has no readable tls.key");
    expect(problemOf({ ...one, "tls.crt": undefined })).toBe("has no readable tls.crt");
    expect(problemOf({ ...one, "tls.key": " \n" })).toBe("has no readable tls.key");
    expect(problemOf({ ...one, "tls.crt": "nonsense" })).toContain("tls.crt that is not");
    expect(problemOf({ ...one, "tls.crt": brokenChain })).toContain("tls.crt that is not");
    expect(problemOf({ ...one, "tls.key": "nonsense" })).toContain("tls.key that is not");
    expect(problemOf({ ...one, "tls.key": encrypted })).toContain("tls.key that is not");
    expect(problemOf({ ...one, "tls.key": other["tls.key"] })).toContain("does not belong to the first certificate");
    const wrongOrder = `${other["tls.crt"]}\n${one["tls.crt"]}`;
    expect(problemOf({ ...one, "tls.crt": wrongOrder })).toContain("does not belong to the first certificate");
  });
});
