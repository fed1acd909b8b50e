import type { Origin } from "./origin.ts";

/** A certificate chain with its key, and the names it is presented for. */
export interface Certificate {
  /** Unique in the snapshot: "shop/web-tls" (namespace/secret). */
  readonly name: string;
  readonly origin: Origin;
  /** Names in SNI this certificate is presented for, lower case, exact or "*.example.com". Two certificates never share one. */
  readonly serverNames: readonly string[];
  /** PEM, leaf first. */
  readonly chain: string;
  /** PEM. Never shown: see printable.ts. */
  readonly privateKey: string;
}
