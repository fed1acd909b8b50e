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

/** Nothing; that the next response is the last; that those without a request are not waited for either. */
export type Ending = "not" | "announced" | "leaving";

/** What a client's connection, of either protocol, needs of its surroundings. */
export interface DownstreamSurroundings {
  /** Of the socket: "https" for TLS. */
  readonly scheme: "http" | "https";
  /** For X-Forwarded-Port. */
  readonly listenerPort: number;
  /** Whom the connection is from; null or absent: from whom the socket is. */
  readonly peer?: Peer | null;
  /** How trusted peers are believed about their clients; null or absent: not at all. */
  readonly forwarded?: ForwardedPolicy | null;
  readonly strictPaths: boolean;
  readonly deadlines: Deadlines;
  readonly limits: Limits;
  readonly timeouts: Timeouts;
  /** Must end by calling `downstream.finish()`, whatever happens. */
  readonly serve: (exchange: Exchange, downstream: Downstream) => void;
  /** What connections are told of the end of the gateway. */
  readonly ending: () => Ending;
}
