import { X509Certificate } from "node:crypto";
import { createSecureContext } from "node:tls";
import { pemBlocks, pemCertificates } from "../../snapshot/pair.ts";
import type { Secret } from "../resources/secret.ts";

/** The authorities a Secret names; null for none. `problem` completes "Secret shop/ca …". */
export type CaReading = { readonly ca: string | null } | { readonly problem: string };

/** Reads ca.crt of a Secret of any type. */
export function readCa(data: Secret["data"]): CaReading {
  const ca = data["ca.crt"] ?? "";
  if (ca.trim() === "") return { ca: null };
  return areCertificates(ca) ? { ca } : { problem: "has a ca.crt without readable PEM certificates" };
}

export type AuthoritiesReading =
  { readonly ca: string; readonly crls: readonly string[] | null } | { readonly problem: string };

const readings = new WeakMap<Secret["data"], AuthoritiesReading>();

/** Reads ca.crt, which must be there, and ca.crl of a Secret of any type. Dates are not judged: that takes a clock. */
export function readAuthorities({ data }: Secret): AuthoritiesReading {
  const known = readings.get(data) ?? read(data);
  readings.set(data, known);
  return known;
}

function read(data: Secret["data"]): AuthoritiesReading {
  const reading = readCa(data);
  if ("problem" in reading) return reading;
  const { ca } = reading;
  if (ca === null) return { problem: "has no ca.crt" };
  const written = data["ca.crl"] ?? "";
  // More than one text: Node reads one list of each.
  const crls = written.trim() === "" ? null : pemBlocks(written, "X509 CRL");
  if (crls?.length === 0) return { problem: "has a ca.crl without readable PEM revocation lists" };
  try {
    createSecureContext({ ca, ...(crls === null ? {} : { crl: [...crls] }) });
  } catch (error) {
    return { problem: `has authorities or revocation lists that OpenSSL does not take (${(error as Error).message})` };
  }
  return { ca, crls };
}

function areCertificates(text: string): boolean {
  try {
    return pemCertificates(text).map((pem) => new X509Certificate(pem)).length > 0;
  } catch {
    return false;
  }
}
