import { createPrivateKey, randomBytes, X509Certificate } from "node:crypto";
import type { CertificatePair } from "../snapshot/pair.ts";
import { DAY, makeCertificate, validFor } from "./certificates.ts";

/** An authority is replaced this many days before it expires, so that nothing it signed fails in the middle of a day's work. */
const SPARE_DAYS = 7;

/** A new authority, valid for ten years: trusting one by hand is a chore, and its key never leaves this machine. */
export function makeAuthority(validity = validFor(3650)): Promise<CertificatePair> {
  // Two authorities of one name confuse trust stores that look issuers up by name.
  const commonName = `ts-ingress development CA ${randomBytes(4).toString("hex")}`;
  return makeCertificate({ commonName, names: [], authority: true, ...validity });
}

/** Key and certificate in one text, so that one file holds both and can never hold halves of two. */
export function writeAuthority(pair: CertificatePair): string {
  return pair.privateKey + pair.chain;
}

/**
 * Reads what writeAuthority wrote.
 * @returns the pair, or why it can sign nothing.
 */
export function readAuthority(text: string): { pair: CertificatePair } | { problem: string } {
  const privateKey = block(text, "PRIVATE KEY");
  const chain = block(text, "CERTIFICATE");
  if (privateKey === null) return { problem: "it holds no private key" };
  if (chain === null) return { problem: "it holds no certificate" };
  try {
    const problem = problemOf(new X509Certificate(chain), privateKey);
    return problem === null ? { pair: { chain, privateKey } } : { problem };
  } catch {
    // OpenSSL's own words ("wrong tag", "DECODER routines::unsupported") help nobody here.
    return { problem: "its key or certificate cannot be read" };
  }
}

function problemOf(certificate: X509Certificate, privateKey: string): string | null {
  const key = createPrivateKey(privateKey);
  if (key.asymmetricKeyType !== "ec") return "its key is not an EC key";
  if (!certificate.checkPrivateKey(key)) return "its key does not belong to its certificate";
  if (!certificate.ca || !certificate.verify(certificate.publicKey))
    return "its certificate is not that of an authority";
  const now = Date.now();
  if (certificate.validFromDate.getTime() > now) return `it is valid only from ${certificate.validFrom}`;
  const end = certificate.validToDate.getTime();
  if (end <= now) return `it expired on ${certificate.validTo}`;
  if (end <= now + SPARE_DAYS * DAY) return `it expires on ${certificate.validTo}`;
  return null;
}

function block(text: string, label: string): string | null {
  const found = new RegExp(`-----BEGIN ${label}-----[^-]+-----END ${label}-----`).exec(text);
  return found === null ? null : `${found[0]}\n`;
}
