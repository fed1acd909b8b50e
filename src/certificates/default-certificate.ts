import type { CertificatePair } from "../snapshot/pair.ts";
import { makeCertificate, validFor } from "./certificates.ts";

/**
 * A new self-signed certificate, valid for 365 days, for clients that ask for no name or for one nobody configured.
 * Its only name ends in `.invalid` (RFC 6761 §6.4), which never resolves: no client can take it for a real host.
 */
export function makeDefaultCertificate(): Promise<CertificatePair> {
  return makeCertificate({
    commonName: "ts-ingress default certificate",
    names: [{ kind: "dns", value: "default.ts-ingress.invalid" }],
    authority: false,
    ...validFor(365),
  });
}
