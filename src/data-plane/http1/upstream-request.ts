import type { Body } from "../exchange/body.ts";
import type { Exchange } from "../exchange/exchange.ts";
import type { Framing } from "../http/framing.ts";

/** The content of a request, as a carrier sends it. */
export interface SentBody extends Pick<Body, "relayTo" | "untouched"> {
  /** The upstream began with the request: it will not be sent again. */
  forget?(): void;
  /** What it was relayed to has failed, and another may be next. */
  detach?(): void;
}

/** A request in the form in which it is written. */
export interface UpstreamRequest {
  readonly method: string;
  /** Start line, fields and empty line, as HTTP/1 writes them; "" for HTTP/2. */
  readonly head: string;
  /** Name, value, name, value, as HTTP/2 writes them; null for HTTP/1. */
  readonly block: string[] | null;
  /** What the head announces. */
  readonly framing: Framing;
  readonly body: SentBody;
  /** The client may pause within its body: silence is then a matter of both sides. */
  readonly unhurried: boolean;
  /** The protocol asked for by Upgrade, lower case. */
  readonly upgrade: string | null;
  /** Milliseconds without a byte from the upstream, and without progress in writing to it. */
  readonly readTimeout: number;
  readonly writeTimeout: number;
  /** Where interim responses go. */
  readonly exchange: Pick<Exchange, "sendInterim">;
  /** Present where a WebSocket is asked for over HTTP/2 (RFC 8441): the key that the client's side of the handshake is known by. */
  readonly webSocketKey?: string;
}
