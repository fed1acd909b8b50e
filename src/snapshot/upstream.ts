import type { Origin } from "./origin.ts";
import type { UpstreamTls } from "./upstream-tls.ts";

/** One address of an upstream. Identity is address and port: an endpoint that stays keeps its connections and its health. */
export interface Endpoint {
  /** IPv4 or IPv6 literal, without brackets; with `--map`, also a host name. */
  readonly address: string;
  /** 1 to 65535. */
  readonly port: number;
}

export type Addressing =
  | {
      readonly kind: "endpoints";
      readonly endpoints: readonly Endpoint[];
      /** Set when `endpoints` is empty: why, and what to do about it. For logs and `explain`. */
      readonly whyEmpty?: string;
    }
  /** A Service of type ExternalName: resolved by the data plane, with the records' time to live. */
  | { readonly kind: "dns"; readonly name: string; readonly port: number };

/** How we speak to the endpoints. `http` and `https` are HTTP/1.1; `h2c` is HTTP/2 without TLS, by prior knowledge; `h2` is
 * HTTP/2 over TLS. `https` and `h2` are not verified unless asked, as ingress-nginx does it. `tcp` and `udp` carry whatever clients speak. */
export type UpstreamProtocol = HttpProtocol | "tcp" | "udp";

/** Those that carry requests. */
export type HttpProtocol = "http" | "https" | "h2c" | "h2";

export function hasTls(protocol: UpstreamProtocol): boolean {
  return protocol === "https" || protocol === "h2";
}

/** A named group of endpoints with a balancing policy. */
export interface Upstream {
  /** Unique in the snapshot: "shop/web:80", "shop/web:80 https" where a protocol is asked for, "shop/web:80 https HASH" with settings of TLS. */
  readonly name: string;
  readonly origin: Origin;
  readonly protocol: UpstreamProtocol;
  /** Absent where `protocol` has no TLS, or TLS without settings: then nothing is verified and no name is sent. */
  readonly tls?: UpstreamTls;
  readonly addressing: Addressing;
  readonly balancing: { readonly kind: "round-robin" };
}
