import type { Body } from "../exchange/body.ts";
import type { Exchange } from "../exchange/exchange.ts";
import type { Framing } from "../http/framing.ts";

/** A request in the form in which it is written. */
export interface UpstreamRequest {
  readonly method: string;
  /** Start line, fields and empty line. */
  readonly head: string;
  /** What `head` announces. */
  readonly framing: Framing;
  readonly body: Body;
  /** The protocol asked for by Upgrade, lower case. */
  readonly upgrade: string | null;
  /** Milliseconds without a byte from the upstream, and without progress in writing to it. */
  readonly readTimeout: number;
  readonly writeTimeout: number;
  /** Where interim responses go. */
  readonly exchange: Pick<Exchange, "sendInterim">;
}
