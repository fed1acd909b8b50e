import type { KeyObject } from "node:crypto";

/** Bits of an RSA key: fewer are refused by OpenSSL, more take so long for each handshake that everybody else waits. */
const RSA = { least: 2048, most: 8192 };
/** Those that TLS clients know (RFC 8446 §4.2.3), by OpenSSL's names. */
const CURVES = ["prime256v1", "secp384r1", "secp521r1"];
const OTHERS = ["ed25519", "ed448"];

/** Why no handshake can be done with a key; null where it can. Completes "has a tls.key that …". */
export function whyUnusable({ asymmetricKeyType: type, asymmetricKeyDetails: details }: KeyObject): string | null {
  if (type === "rsa" || type === "rsa-pss") {
    const bits = details?.modulusLength ?? 0;
    if (bits >= RSA.least && bits <= RSA.most) return null;
    return `is an RSA key of ${bits} bits, not of ${RSA.least} to ${RSA.most}`;
  }
  if (type === "ec") {
    const curve = details?.namedCurve ?? "an unknown one";
    return CURVES.includes(curve)
      ? null
      : `is on the curve ${curve}, which TLS does not have: use P-256, P-384 or P-521`;
  }
  return OTHERS.includes(type ?? "") ? null : `is of type ${type}, which TLS does not have`;
}
