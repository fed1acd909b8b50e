import { X509Certificate } from "node:crypto";
import { expect, test } from "vitest";
import { certificateFacts } from "../../../src/telemetry/metrics/certificate-facts.ts";
import { certificateFor, testAuthority } from "../../support/test-authority.ts";

test("a certificate is told as ingress-nginx tells it, and read once", async () => {
  const { issue } = await testAuthority();
  const certificate = certificateFor(["test.example"], await issue("test.example"));
  const facts = certificateFacts(certificate);
  const x509 = new X509Certificate(certificate.chain);
  expect(facts.expires).toBe(Math.floor(Date.parse(x509.validTo) / 1000));
  expect(facts.serial).toMatch(/^\d+$/);
  expect(BigInt(facts.serial).toString(16).toUpperCase()).toBe(x509.serialNumber.replace(/^0+/, ""));
  expect(facts.identifier).toBe(`-${facts.serial}`);
  expect(["RSA", "ECDSA"]).toContain(facts.algorithm);
  expect(facts.issuerName).not.toBe("");
  expect(certificateFacts(certificate)).toBe(facts);
});
