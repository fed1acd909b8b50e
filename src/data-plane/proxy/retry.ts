import { type Failed, FAILURES } from "../exchange/failure.ts";
import type { UpstreamRequest } from "../http1/upstream-request.ts";
import { isIdempotent } from "../http/method.ts";

/** What decides. The body says whether it can still be sent from its beginning. */
type Sendable = Pick<UpstreamRequest, "method" | "body" | "framing" | "upgrade">;

/**
 * Whether the request may be sent again. Only where the first sending cannot have had an effect, or a second has the same: nothing was
 * sent, or a pooled connection was closed under an idempotent request without a body (RFC 9110 §9.2.2).
 */
export function mayRetry(failed: Failed, request: Sendable, reused: boolean): boolean {
  switch (FAILURES[failed.failure].retry) {
    case "never":
      return false;
    case "unsent":
    case "unprocessed":
      return request.body.untouched;
    case "reused":
      return reused && isIdempotent(request.method) && request.framing.kind === "none" && request.upgrade === null;
  }
}
