import type { Body } from "../../src/data-plane/exchange/body.ts";
import { EMPTY_BODY } from "../../src/data-plane/exchange/empty-body.ts";
import { type Exchange, newRecord } from "../../src/data-plane/exchange/exchange.ts";
import { Failed, type FailureName } from "../../src/data-plane/exchange/failure.ts";
import { GatewayHeaders } from "../../src/data-plane/exchange/headers.ts";
import type { GatewayRequest } from "../../src/data-plane/exchange/request.ts";

/** Field lines in order, names possibly repeated. */
export function headers(...lines: readonly (readonly [name: string, value: string])[]): GatewayHeaders {
  const fields = new GatewayHeaders();
  for (const [name, value] of lines) fields.append(name, value);
  return fields;
}

/** A body of which only the length matters. */
export function bodyOfLength(length: number | null, untouched = true): Body {
  return { ...EMPTY_BODY, length, untouched };
}

/** GET http://test.example/ without a body, but for what is given. */
export function request(given: Partial<GatewayRequest> = {}): GatewayRequest {
  return {
    method: "GET",
    target: "/",
    path: "/",
    host: "test.example",
    authority: "test.example",
    scheme: "http",
    httpVersion: "1.1",
    headers: new GatewayHeaders(),
    body: EMPTY_BODY,
    upgrade: null,
    expectsContinue: false,
    clientAddress: "203.0.113.7",
    ...given,
  };
}

/** An exchange that nobody serves. */
export function exchange(given: Partial<GatewayRequest> = {}, listenerPort = 80): Exchange {
  return {
    id: "0123456789abcdef0123456789abcdef",
    request: request(given),
    record: newRecord(0),
    listenerPort,
    secure: null,
    refused: null,
    aborted: null,
    onAborted: () => {},
    giveUp: () => {},
    sendInterim: () => {},
  };
}

/** Name of the failure that `action` ends with; "" when it does not fail. */
export function refusal(action: () => unknown): FailureName | "" {
  try {
    action();
  } catch (error) {
    if (error instanceof Failed) return error.failure;
    throw error;
  }
  return "";
}
