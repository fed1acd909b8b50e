/** What the TLS handshake of a client's connection has told, whichever request comes over it. */
export interface SecureClient {
  /** From SNI: lower case, without trailing dot; null where there was none, or none that is a DNS name. */
  readonly serverName: string | null;
  /** null where the client was not asked for a certificate. */
  readonly verification: ClientVerification | null;
}

/** What came of asking for a certificate. */
export interface ClientVerification {
  /** `id` of the `ClientCertificates` it was asked and judged by. */
  readonly id: string;
  /** null: the client sent none. */
  readonly certificate: PresentedCertificate | null;
  /** Why the certificate was not accepted; null where it was, or where there is none. */
  readonly problem: VerificationProblem | null;
}

export interface VerificationProblem {
  /** As Node names errors of OpenSSL: "CERT_HAS_EXPIRED". */
  readonly code: string;
  /** Nothing but an authority that is not known is wrong with it. */
  readonly unknownAuthority: boolean;
  /** In OpenSSL's words, as nginx has them behind "FAILED:". */
  readonly text: string;
}

/** The certificate a client has sent, accepted or not. */
export interface PresentedCertificate {
  /** In the form of RFC 2253: "CN=anna,O=Shop,C=DE". */
  readonly subject: string;
  readonly issuer: string;
  /** The PEM text in URI encoding. */
  readonly escapedPem: string;
}
