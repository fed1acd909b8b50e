import { createPrivateKey, X509Certificate } from "node:crypto";
import type { KeyObject } from "node:crypto";
import { pemCertificates, type CertificatePair } from "../../snapshot/pair.ts";
import type { Secret } from "../resources/secret.ts";
import { whyUnusable } from "./unusable-key.ts";

/** `problem` completes the sentence "Secret shop/web-tls …" and names the half that is wrong. */
export type PairReading =
  { readonly pair: CertificatePair; readonly leaf: X509Certificate } | { readonly problem: string };

/** Reading a pair costs a millisecond, and each change of anything asks for all pairs again. Data never changes, so it is a sound key. */
const readings = new WeakMap<Secret["data"], PairReading>();

/**
 * Reads the certificate chain and key of a Secret, of any type: ingress-nginx goes by the keys tls.crt and tls.key alone.
 * Validity dates are not judged: that takes a clock.
 */
export function readCertificatePair(secret: Secret): PairReading {
  const known = readings.get(secret.data) ?? readPair(secret.data);
  readings.set(secret.data, known);
  return known;
}

/** The same of the data of a Secret of any type. */
export function readPair(data: Secret["data"]): PairReading {
  const chain = data["tls.crt"] ?? "";
  const privateKey = data["tls.key"] ?? "";
  if (chain.trim() === "") return { problem: "has no readable tls.crt" };
  if (privateKey.trim() === "") return { problem: "has no readable tls.key" };

  const certificates = readChain(chain);
  const [leaf] = certificates ?? [];
  if (leaf === undefined) return { problem: "has a tls.crt that is not a chain of PEM certificates" };
  const key = readKey(privateKey);
  if (key === null) return { problem: "has a tls.key that is not a private key in PEM without passphrase" };
  if (!leaf.checkPrivateKey(key))
    return { problem: "has a tls.key that does not belong to the first certificate of tls.crt" };
  const why = whyUnusable(key);
  if (why !== null) return { problem: `has a tls.key that ${why}` };
  // What was read here, and nothing around it, which OpenSSL could take for something else.
  return { pair: { chain: pemCertificates(chain).join("\n"), privateKey }, leaf };
}

/** The certificates, leaf first, or null when any of them cannot be read. */
function readChain(chain: string): X509Certificate[] | null {
  try {
    return pemCertificates(chain).map((pem) => new X509Certificate(pem));
  } catch {
    return null;
  }
}

function readKey(pem: string): KeyObject | null {
  try {
    return createPrivateKey(pem);
  } catch {
    return null;
  }
}
