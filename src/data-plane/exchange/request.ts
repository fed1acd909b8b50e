import type { Body } from "./body.ts";
import type { GatewayHeaders } from "./headers.ts";

/** What a trusted peer told of a request besides the client's address, its scheme and its host. */
export interface Forwarded {
  /** Value of the field that the client's address was read from; "" for none. */
  readonly original: string;
  /** The chain of addresses for the upstream, the peer's included; null: the client's address alone. */
  readonly chain: string | null;
  /** null where it told none. */
  readonly port: number | null;
}

/** A request as it was admitted: framing checked, host and path in one canonical form. */
export interface GatewayRequest {
  readonly method: string;
  /** Path and query as the client sent them (origin form); what the upstream gets unless a middleware rewrites it. */
  target: string;
  /** The path in normal form, for matching: percent-decoded, dots resolved, slashes merged. */
  readonly path: string;
  /** Lower-case host without port, without a trailing dot; "" for an HTTP/1.0 request without Host. */
  readonly host: string;
  /** Host and port as the client wrote them, or a trusted peer says it did, without the colon of an empty port; what goes on in the Host field. */
  readonly authority: string;
  readonly scheme: "http" | "https";
  readonly httpVersion: "1.0" | "1.1" | "2";
  readonly headers: GatewayHeaders;
  /**
   * Middleware may put another in its place before it calls on, made of the one that was there: it takes over its `limit`, and a `length` other
   * than null must be exact. What the upstream gets is framed by it. A body is read once, so it must be asked for when it is needed.
   */
  body: Body;
  /** The protocol asked for by `Upgrade`, lower case, when the request may become a tunnel. */
  readonly upgrade: string | null;
  /** True when the client waits for 100 (Continue) before it sends the body (RFC 9110 §10.1.1), and the upstream is to be asked whether it may. */
  expectsContinue: boolean;
  /** Address of the connection's peer; or whom that says the request is from, where it is trusted. */
  readonly clientAddress: string;
  /** Present where the connection's peer is trusted, and believed. */
  readonly forwarded?: Forwarded;
}
