import type { Route } from "../../snapshot/route.ts";
import type { Failed, FailureName } from "./failure.ts";
import type { GatewayHeaders } from "./headers.ts";
import type { GatewayRequest } from "./request.ts";
import type { GatewayResponse } from "./response.ts";
import type { SecureClient } from "./secure-client.ts";

/** One try to get an answer from one endpoint. */
export interface Attempt {
  /** "10.0.0.7:8080" */
  readonly endpoint: string;
  /** `performance.now()` */
  readonly startedAt: number;
  /** True when the connection came from the pool. */
  reused: boolean;
  /** Milliseconds; null where the step was not reached. */
  connectTime: number | null;
  /** Milliseconds from the start of the attempt to the response head. */
  headTime: number | null;
  status: number | null;
  failure: FailureName | null;
}

/** What is known of an exchange when it is finished. Steps write facts here; only the finish reads them. */
export interface ExchangeRecord {
  /** `performance.now()` when the request head was complete. */
  startedAt: number;
  /** `performance.now()` when everything was over; 0 before. */
  finishedAt: number;
  route: Route | null;
  /** Host of the rule that the route is of, "*" for one without host; "" without a route. */
  virtualHost: string;
  /** Name of the upstream, "" when none was reached. */
  upstream: string;
  attempts: readonly Attempt[];
  /** The status the client got, 0 when it got none. */
  status: number;
  failure: FailureName | null;
  failureDetail: string;
  /** Bytes of body, as content, without framing. */
  requestBytes: number;
  responseBytes: number;
  /** Octets of the response's head as HTTP/1 writes it; 0 over HTTP/2, which compresses it. */
  responseHeadBytes: number;
  /** True when the exchange became a tunnel. */
  tunnelled: boolean;
}

/** One request and all that is known about it while it is served. */
export interface Exchange {
  /** X-Request-ID: the client's own where acceptable, else 32 hexadecimal digits. */
  readonly id: string;
  readonly request: GatewayRequest;
  readonly record: ExchangeRecord;
  /** The port clients use to reach this listener, for X-Forwarded-Port. */
  readonly listenerPort: number;
  /** What the handshake of its connection has told; null where the connection has no TLS of its own. */
  readonly secure: SecureClient | null;
  /** Why the request cannot be served at all: it was malformed, and `request` holds nothing but the client's address. */
  readonly refused: Failed | null;
  /** Why the exchange ended early, once it has (the client left). */
  readonly aborted: Failed | null;
  /** Calls `listener` once when the client leaves; at once when it has left. One listener at a time: setting null removes it. */
  onAborted(listener: ((failure: Failed) => void) | null): void;
  /** Nobody waits any more for what the listener stands for: tells it so, as if the client had left. */
  giveUp(failure: Failed): void;
  /** Sends an interim response (100, 102, 103) where the client's protocol version has them. */
  sendInterim(status: number, headers: GatewayHeaders): void;
}

/** The client's side of an exchange, as the proxy sees it; each codec implements it. */
export interface Downstream {
  /** True once the head of the final response is on its way: from then on a failure can only cut the response off. */
  readonly headSent: boolean;
  /** Writes the response, whole. Resolves when it is handed to the connection; rejects with a `Failed` when it was cut off. */
  relay(response: GatewayResponse): Promise<void>;
  /** Ends the connection so that the client sees that the response is incomplete. */
  cutOff(): void;
  /** The exchange is over: the connection may go on with the next. Called exactly once. */
  finish(): void;
}

const NONE: readonly Attempt[] = [];

export function newRecord(startedAt: number): ExchangeRecord {
  return {
    startedAt,
    finishedAt: 0,
    route: null,
    virtualHost: "",
    upstream: "",
    attempts: NONE,
    status: 0,
    failure: null,
    failureDetail: "",
    requestBytes: 0,
    responseBytes: 0,
    responseHeadBytes: 0,
    tunnelled: false,
  };
}
