import { X509Certificate } from "node:crypto";
import type { DetailedPeerCertificate } from "node:tls";

/**
 * How many certificates lie between a certificate and the authority, as OpenSSL counts its verify_depth (Node has no setting for it). Null
 * where a step of the chain is not signed by the next: peers send what they like.
 */
export function intermediates(leaf: DetailedPeerCertificate): number | null {
  let steps = 0;
  for (let at = leaf; at.issuerCertificate?.fingerprint256 !== at.fingerprint256; at = at.issuerCertificate) {
    const issuer = at.issuerCertificate;
    if (issuer === undefined || steps === LONGEST_CHAIN) return null;
    if (!new X509Certificate(at.raw).verify(new X509Certificate(issuer.raw).publicKey)) return null;
    steps += 1;
  }
  return Math.max(0, steps - 1);
}

/** OpenSSL follows no chain that is longer. */
const LONGEST_CHAIN = 100;
