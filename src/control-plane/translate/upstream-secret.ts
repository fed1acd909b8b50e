import { createSecureContext } from "node:tls";
import type { CertificatePair } from "../../snapshot/pair.ts";
import type { Secret } from "../resources/secret.ts";
import { readCa } from "./authorities.ts";
import { readPair } from "./certificate-pair.ts";

/** What a Secret holds for TLS to an upstream: a pair, authorities, or both. `problem` completes "Secret shop/upstream-ca …". */
export type UpstreamSecretReading =
  { readonly clientCertificate: CertificatePair | null; readonly ca: string | null } | { readonly problem: string };

const readings = new WeakMap<Secret["data"], UpstreamSecretReading>();

/** Reads tls.crt, tls.key and ca.crt of a Secret of any type. Validity dates are not judged: that takes a clock. */
export function readUpstreamSecret({ data }: Secret): UpstreamSecretReading {
  const known = readings.get(data) ?? read(data);
  readings.set(data, known);
  return known;
}

function read(data: Secret["data"]): UpstreamSecretReading {
  const has = (name: string): boolean => (data[name] ?? "").trim() !== "";
  const authorities = readCa(data);
  if ("problem" in authorities) return authorities;
  const { ca } = authorities;
  let clientCertificate: CertificatePair | null = null;
  // Half a pair was meant to be one: it must not be left out in silence.
  if (has("tls.crt") || has("tls.key")) {
    const reading = readPair(data);
    if ("problem" in reading) return reading;
    clientCertificate = reading.pair;
  }
  if (ca === null && clientCertificate === null) return { problem: "has neither ca.crt nor tls.crt and tls.key" };
  try {
    createSecureContext({
      ...(ca === null ? {} : { ca }),
      ...(clientCertificate === null ? {} : { cert: clientCertificate.chain, key: clientCertificate.privateKey }),
    });
  } catch (error) {
    return { problem: `has a certificate that OpenSSL does not take (${(error as Error).message})` };
  }
  return { clientCertificate, ca };
}
