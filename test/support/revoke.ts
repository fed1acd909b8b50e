import { createPrivateKey, webcrypto, X509Certificate } from "node:crypto";
import { X509Certificate as ParsedCertificate, X509CrlGenerator } from "@peculiar/x509";
import type { CertificatePair } from "../../src/snapshot/pair.ts";

/** A revocation list of an authority, in PEM, with these certificates of it. */
export async function revoke(authority: CertificatePair, revoked: readonly CertificatePair[]): Promise<string> {
  const der = createPrivateKey(authority.privateKey).export({ type: "pkcs8", format: "der" });
  const curve = { name: "ECDSA", namedCurve: "P-256" };
  const signingKey = await webcrypto.subtle.importKey("pkcs8", der, curve, false, ["sign"]);
  const day = 86_400_000;
  const list = await X509CrlGenerator.create({
    issuer: new ParsedCertificate(authority.chain).subject,
    thisUpdate: new Date(Date.now() - day),
    nextUpdate: new Date(Date.now() + day),
    entries: revoked.map(({ chain }) => ({
      serialNumber: new X509Certificate(chain).serialNumber,
      revocationDate: new Date(Date.now() - day),
    })),
    signingAlgorithm: { name: "ECDSA", hash: "SHA-256" },
    signingKey,
  });
  return list.toString("pem").replaceAll(" CRL-----", " X509 CRL-----");
}
