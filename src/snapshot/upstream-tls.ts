import type { CertificatePair } from "./pair.ts";

export type UpstreamTlsVersion = "TLSv1.2" | "TLSv1.3";

/** How TLS to the endpoints of an upstream is made, where it is more than `protocol: "https"` alone. */
export interface UpstreamTls {
  /** Null where the certificate of the endpoint is not verified. */
  readonly verify: {
    /** PEM: the only authorities that are trusted. */
    readonly ca: string;
    /** DNS name the certificate must be for. */
    readonly name: string;
    /** Certificates allowed between the endpoint's own and the authority's, at least 0. */
    readonly depth: number;
  } | null;
  /** Ours, presented where the endpoint asks for one. Its key is never shown: see printable.ts. */
  readonly clientCertificate?: CertificatePair;
  /** Sent as SNI; absent for none. */
  readonly serverName?: string;
  /** OpenSSL cipher list for TLS 1.2; absent for Node's. */
  readonly ciphers?: string;
  readonly minVersion: UpstreamTlsVersion;
  readonly maxVersion: UpstreamTlsVersion;
}
