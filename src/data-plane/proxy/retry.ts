import { type Failed, FAILURES } from "../exchange/failure.ts";
import type { GatewayRequest } from "../exchange/request.ts";
import { isIdempotent } from "../http/method.ts";

/**
 * Whether the request may be sent again. Only where the first sending cannot have had an effect, or a second has the same: nothing was
 * sent, or a pooled connection was closed under an idempotent request without a body (RFC 9110 §9.2.2).
 */
export function mayRetry(failed: Failed, request: GatewayRequest, reused: boolean): boolean {
  switch (FAILURES[failed.failure].retry) {
    case "never":
      return false;
    case "unsent":
      return request.body.untouched;
    case "reused":
      return reused && isIdempotent(request.method) && request.body.length === 0 && request.upgrade === null;
  }
}
