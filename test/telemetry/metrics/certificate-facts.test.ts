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

/** The certificate with its first number, which is the serial's, made negative: whoever may write a Secret signs what they like. */
function withNegativeSerial(pem: string): string {
  const der = Buffer.from(new X509Certificate(pem).raw);
  const at = der.indexOf(Buffer.from([0x02]), 8 + 5);
  // Not 0xff, which DER has only before an octet below 0x80.
  der[at + 2] = 0x80;
  const lines = der.toString("base64").match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join("\n")}\n-----END CERTIFICATE-----\n`;
}

test("of a serial number that is none the metrics say nothing, and go on", async () => {
  const { issue } = await testAuthority();
  const pair = await issue("test.example");
  const chain = withNegativeSerial(pair.chain);
  expect(new X509Certificate(chain).serialNumber).toMatch(/^-/);
  expect(certificateFacts(certificateFor(["test.example"], { ...pair, chain }))).toMatchObject({ serial: "" });
});
