import type { Deadlines } from "../deadlines.ts";
import type { Failed } from "../exchange/failure.ts";
import type { GatewayResponse } from "../exchange/response.ts";
import type { UpstreamRequest } from "../http1/upstream-request.ts";
import type { Limits, Timeouts } from "../limits.ts";
import type { Opened } from "./connect.ts";

/** What carries one request to an endpoint, and its response back: a connection of HTTP/1, or a stream of HTTP/2. */
export interface Carrier {
  /** To be called once, at once. @returns the response when its head has come; rejects with a `Failed` */
  send(request: UpstreamRequest): Promise<GatewayResponse>;
  /** Gives this request up, if it still runs. */
  cancel(request: UpstreamRequest, failure: Failed): void;
}

/** Gets a function that gives up an attempt to connect. */
export type WhenCancellable = (cancel: (failure: Failed) => void) => void;

/** The connections to one endpoint, as its protocol has them. */
export interface EndpointConnections {
  /** What a request can be sent on at once; null where something must be opened first. */
  takeIdle(): Carrier | null;
  /** @param timeout milliseconds until a request can be sent */
  connect(timeout: number, whenCancellable: WhenCancellable): Promise<Carrier>;
  /** Requests under way. */
  readonly busy: number;
  /** Open connections without a request. */
  readonly idle: number;
  /** Closes what is open without a request. */
  closeIdle(): void;
  /** The endpoint does not work: what is idle must not be used again. */
  eject(): void;
  /** Idle ones close now, busy ones after their requests. */
  retire(): void;
  /** Closes everything at once. */
  close(why: Failed): void;
}

/** What they need of their endpoint. */
export interface ConnectionsSurroundings {
  readonly deadlines: Deadlines;
  readonly limits: Limits;
  readonly timeouts: Timeouts;
  /** False while the endpoint is ejected: what tries it next shall find out whether it can be reached. */
  readonly mayKeep: () => boolean;
  /** Opens a socket; the endpoint learns of a failure by itself. */
  readonly open: (timeout: number, whenCancellable: WhenCancellable) => Promise<Opened>;
  /** What became of a request that began at `since`, on the clock of the deadlines. */
  readonly onOutcome: (outcome: "answered" | "complete" | Failed, since: number) => void;
}
