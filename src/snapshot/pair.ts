/** A certificate chain and its key, in PEM: what a TLS context is made of. */
export interface CertificatePair {
  /** Leaf first. */
  readonly chain: string;
  readonly privateKey: string;
}
