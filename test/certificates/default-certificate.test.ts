import { createPrivateKey, X509Certificate } from "node:crypto";
import { expect, test } from "vitest";
import { DAY } from "../../src/certificates/certificates.ts";
import { makeDefaultCertificate } from "../../src/certificates/default-certificate.ts";

test("the default certificate is self-signed, P-256, SHA-256, good for 365 days and for no real host", async () => {
  const pair = await makeDefaultCertificate();
  const certificate = new X509Certificate(pair.chain);
  expect(certificate.subject).toBe("CN=ts-ingress default certificate");
  expect(certificate.verify(certificate.publicKey)).toBe(true);
  expect(certificate.checkPrivateKey(createPrivateKey(pair.privateKey))).toBe(true);
  expect(certificate.publicKey.asymmetricKeyDetails?.namedCurve).toBe("prime256v1");
  expect(certificate.signatureAlgorithm).toBe("ecdsa-with-SHA256");
  expect(certificate.subjectAltName).toBe("DNS:default.ts-ingress.invalid");
  expect(certificate.ca).toBe(false);
  const days = (certificate.validToDate.getTime() - certificate.validFromDate.getTime()) / DAY;
  expect(Math.round(days)).toBe(365);
});
