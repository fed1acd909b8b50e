import type { Origin } from "./origin.ts";

/** A certificate chain with its key, and the names it is presented for. */
export interface Certificate {
  /** Unique in the snapshot: "shop/web-tls" (namespace/secret). */
  readonly name: string;
  readonly origin: Origin;
  /** Names in SNI this certificate is presented for, lower case, exact or "*.example.com". Two certificates never share one. */
  readonly serverNames: readonly string[];
  /** Presented for every name that no certificate is for, and to clients that send none. One at most; absent where it is not. */
  readonly isDefault?: boolean;
  /** PEM, leaf first. */
  readonly chain: string;
  /** PEM. Never shown: see printable.ts. */
  readonly privateKey: string;
}
