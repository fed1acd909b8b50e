/** A certificate chain and its key, in PEM: what a TLS context is made of. */
export interface CertificatePair {
  /** Leaf first. */
  readonly chain: string;
  readonly privateKey: string;
}

const PEM_CERTIFICATE = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g;

/** Each certificate of a PEM text, in order; what is around them does not count. */
export function pemCertificates(text: string): readonly string[] {
  return text.match(PEM_CERTIFICATE) ?? [];
}
