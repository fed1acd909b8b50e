import type { Socket } from "node:net";
import type { Deadlines } from "../deadlines.ts";
import type { Downstream, Exchange } from "../exchange/exchange.ts";
import type { SecureClient } from "../exchange/secure-client.ts";
import type { Peer } from "../http/client-address.ts";
import type { ForwardedPolicy } from "../http/forwarded-policy.ts";
import type { Limits, Timeouts } from "../limits.ts";

/** A client's connection that nothing was read from yet. */
export interface Arrived {
  readonly socket: Socket;
  /** What the handshake has told; null without TLS. */
  readonly secure: SecureClient | null;
}

/** What a client's connection, of either protocol, needs of its surroundings. */
export interface DownstreamSurroundings {
  /** Of the socket: "https" for TLS. */
  readonly scheme: "http" | "https";
  /** For X-Forwarded-Port. */
  readonly listenerPort: number;
  /** Whom the connection is from; null or absent: from whom the socket is. */
  readonly peer?: Peer | null;
  /** How trusted peers are believed about their clients; absent: not at all. */
  readonly forwarded?: ForwardedPolicy;
  readonly strictPaths: boolean;
  readonly deadlines: Deadlines;
  readonly limits: Limits;
  readonly timeouts: Timeouts;
  /** Must end by calling `downstream.finish()`, whatever happens. */
  readonly serve: (exchange: Exchange, downstream: Downstream) => void;
  /** Each response is the last of its connection. */
  readonly draining: () => boolean;
  /** Nobody waits for idle connections to ask once more. */
  readonly leaving: () => boolean;
}
