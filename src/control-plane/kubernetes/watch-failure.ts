import { ApiError, isExpired, Unreachable } from "./api-error.ts";
import { Malformed } from "./api-object.ts";
import { CredentialsProblem } from "./credentials.ts";
import type { ListWatchProblem } from "./list-watch-status.ts";

/** Refusals that say nothing about what was asked for: the same may be asked again. */
const PASSING: readonly number[] = [401, 403, 404, 429];

/** The server knows no version as new as the one asked for: it lags behind another, or was set back. */
export function isTooLarge(error: unknown): boolean {
  return error instanceof ApiError && error.causes.includes("ResourceVersionTooLarge");
}

/** The version we have is of no use any more, or what we know may be wrong. */
export function mustListAfter(error: unknown): boolean {
  if (error instanceof Malformed || error instanceof RangeError) return true;
  if (!(error instanceof ApiError) || isTooLarge(error)) return false;
  return isExpired(error) || (error.status >= 400 && error.status < 500 && !PASSING.includes(error.status));
}

/** A streaming list failed in a way that may be due to its being one. */
export function mustPageAfter(error: unknown): boolean {
  if (error instanceof Unreachable || error instanceof CredentialsProblem) return false;
  return !(error instanceof ApiError) || !PASSING.includes(error.status);
}

/** What breaks a connection breaks a watch that was well: nobody needs to hear of it. */
export function isOrdinaryEnd(error: unknown): boolean {
  return !(error instanceof ApiError) || isExpired(error);
}

/** Errors of a stream that was being read are those of the system; here they get the name they have elsewhere. */
export function named(error: unknown): unknown {
  const known = [ApiError, Malformed, RangeError, Unreachable, CredentialsProblem];
  if (!(error instanceof Error) || known.some((kind) => error instanceof kind)) return error;
  const code = (error as NodeJS.ErrnoException).code;
  return code === undefined ? error : new Unreachable(`a watch was cut off: ${error.message}`, code, error);
}

/** How a failure is shown. */
export function problemOf(error: unknown): ListWatchProblem {
  const message = error instanceof Error ? error.message : String(error);
  const status = error instanceof ApiError ? error.status : 0;
  if (status === 403 || status === 401) return { kind: "refused", message };
  if (status === 404) return { kind: "absent", message };
  return { kind: "unavailable", message };
}
