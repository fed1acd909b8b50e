import type { Duplex } from "node:stream";
import type { Body } from "./body.ts";
import type { GatewayHeaders } from "./headers.ts";

/** A response on its way to the client. `body` is the codec's own, a text, or nothing. */
export interface GatewayResponse {
  /** 100 to 999, never 1xx but 101. */
  status: number;
  /** Reason phrase; "" lets the codec choose. */
  reason: string;
  readonly headers: GatewayHeaders;
  body: Body | string | null;
  /** With status 101: the upstream's side of the tunnel, from its first byte after the head. */
  readonly tunnel?: Tunnel | undefined;
  /** The client's connection must not be used again, for example since its request body was not read. */
  readonly close?: boolean;
}

/** The upstream's half of an upgraded connection. */
export interface Tunnel {
  readonly socket: Duplex;
  /** Bytes that came with the head. */
  readonly firstBytes: Buffer;
  /** Ends it so that the upstream sees that it was cut off; absent where to destroy the socket does. */
  readonly cutOff?: () => void;
  /** Milliseconds without a byte that its route allows; less than the gateway allows any tunnel counts as that. */
  readonly idle?: number;
}
