import { X509Certificate } from "node:crypto";
import type { Certificate } from "../../snapshot/certificate.ts";

/** What the metrics tell of a certificate, in the words of ingress-nginx. */
export interface CertificateFacts {
  /** Seconds since 1970. */
  readonly expires: number;
  /** Decimal. */
  readonly serial: string;
  /** As Go names it: RSA, ECDSA, Ed25519. */
  readonly algorithm: string;
  readonly issuerOrganization: string;
  readonly issuerName: string;
  /** Serial number of the issuer's name, which there seldom is, and that of the certificate. */
  readonly identifier: string;
}

const known = new WeakMap<Certificate, CertificateFacts>();

/** Characters of a text that whoever made the certificate chose; and hexadecimal digits of a serial number (20 octets, RFC 5280 §4.1.2.2). */
const LONGEST = 200;
const SERIAL = /^[0-9A-F]{1,40}$/i;

const ALGORITHMS: Readonly<Record<string, string>> = { rsa: "RSA", ec: "ECDSA", ed25519: "Ed25519", dsa: "DSA" };

/** Reads a certificate once. */
export function certificateFacts(certificate: Certificate): CertificateFacts {
  const before = known.get(certificate);
  if (before !== undefined) return before;
  const x509 = new X509Certificate(certificate.chain);
  // Whoever may write a Secret may have made one with any number, a negative one too.
  const serial = SERIAL.test(x509.serialNumber) ? BigInt(`0x${x509.serialNumber}`).toString() : "";
  const facts = {
    expires: Date.parse(x509.validTo) / 1000,
    serial,
    algorithm: ALGORITHMS[x509.publicKey.asymmetricKeyType ?? ""] ?? "",
    issuerOrganization: issuerPart(x509, "O"),
    issuerName: issuerPart(x509, "CN"),
    identifier: `${issuerPart(x509, "serialNumber")}-${serial}`,
  };
  known.set(certificate, facts);
  return facts;
}

/** One line a part: "CN=Some authority". */
function issuerPart({ issuer }: X509Certificate, name: string): string {
  const line = issuer.split("\n").find((part) => part.startsWith(`${name}=`));
  return line === undefined ? "" : line.slice(name.length + 1, name.length + 1 + LONGEST);
}
