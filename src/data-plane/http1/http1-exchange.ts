import { performance } from "node:perf_hooks";
import { type Exchange, type ExchangeRecord, newRecord } from "../exchange/exchange.ts";
import type { Failed } from "../exchange/failure.ts";
import type { GatewayHeaders } from "../exchange/headers.ts";
import type { GatewayRequest } from "../exchange/request.ts";
import type { SecureClient } from "../exchange/secure-client.ts";
import { requestId } from "../http/request-id.ts";
import type { AdmitContext } from "./admit.ts";

/** The connection of an exchange, as far as that sees it. */
export interface ExchangeConnection extends Pick<Exchange, "sendInterim"> {
  readonly context: Pick<AdmitContext, "secure">;
}

/** An exchange over HTTP/1. */
export class Http1Exchange implements Exchange {
  readonly id: string;
  readonly request: GatewayRequest;
  readonly record: ExchangeRecord;
  readonly listenerPort: number;
  readonly refused: Failed | null;
  aborted: Failed | null = null;
  readonly #connection: ExchangeConnection;
  #listener: ((failure: Failed) => void) | null = null;

  constructor(request: GatewayRequest, refused: Failed | null, listenerPort: number, connection: ExchangeConnection) {
    this.id = requestId(request.headers.get("x-request-id"));
    this.request = request;
    this.refused = refused;
    this.record = newRecord(performance.now());
    this.listenerPort = listenerPort;
    this.#connection = connection;
  }

  get secure(): SecureClient | null {
    return this.#connection.context.secure ?? null;
  }

  onAborted(listener: ((failure: Failed) => void) | null): void {
    this.#listener = listener;
    if (listener !== null && this.aborted !== null) this.abort(this.aborted);
  }

  /** The client is gone, or must go. */
  abort(failure: Failed): void {
    this.aborted = failure;
    this.giveUp(failure);
  }

  giveUp(failure: Failed): void {
    const listener = this.#listener;
    this.#listener = null;
    listener?.(failure);
  }

  sendInterim(status: number, headers: GatewayHeaders): void {
    this.#connection.sendInterim(status, headers);
  }
}
