/** The API server's refusal: the `Status` object (meta/v1) of its answer, or of an ERROR event. */
export class ApiError extends Error {
  /** HTTP status, or the code of the ERROR event. */
  readonly status: number;
  /** As in `Status.reason`: "Expired", "Forbidden", "Conflict"; "" where there is none. */
  readonly reason: string;
  /** Milliseconds that the server asked to wait; null: it did not say. */
  readonly retryAfter: number | null;
  /** `Status.details.causes[].reason`: "ResourceVersionTooLarge". */
  readonly causes: readonly string[];

  constructor(answer: {
    readonly status: number;
    readonly reason?: string;
    readonly message?: string;
    readonly retryAfter?: number | null;
    readonly causes?: readonly string[];
  }) {
    super(answer.message || `the API server answered ${answer.status}`);
    this.status = answer.status;
    this.reason = answer.reason ?? "";
    this.retryAfter = answer.retryAfter ?? null;
    this.causes = answer.causes ?? [];
  }
}

/** The API server could not be reached, or did not answer to the end. `code` is the system's or TLS's: "ECONNREFUSED". */
export class Unreachable extends Error {
  readonly code: string;

  constructor(message: string, code: string, cause?: unknown) {
    super(message, { cause });
    this.code = code;
  }
}

/** The server's certificate is not accepted: the codes are those of node:tls. */
export function isCertificateError(error: unknown): boolean {
  return error instanceof Unreachable && /CERT|SELF_SIGNED|UNABLE_TO_(?:GET|VERIFY)/.test(error.code);
}

/** Nobody answers there, which may be over in a moment. */
export function isAway(error: unknown): boolean {
  return error instanceof Unreachable && !isCertificateError(error);
}

/** What is wanted of meta/v1 Status; every field may be missing or wrong. */
interface Status {
  readonly code?: unknown;
  readonly reason?: unknown;
  readonly message?: unknown;
  readonly details?: { readonly retryAfterSeconds?: unknown; readonly causes?: unknown } | null;
}

/**
 * Makes the error of a parsed `Status`, or of anything that came in its place.
 * @param status HTTP status; absent for an ERROR event, whose object has the code
 * @param retryAfter the header Retry-After
 */
export function apiError(value: unknown, status?: number, retryAfter?: string): ApiError {
  const object: Status = typeof value === "object" && value !== null ? value : {};
  const seconds = retryAfter === undefined ? object.details?.retryAfterSeconds : Number(retryAfter);
  const causes = Array.isArray(object.details?.causes) ? (object.details.causes as { reason?: unknown }[]) : [];
  return new ApiError({
    status: status ?? (typeof object.code === "number" ? object.code : 500),
    reason: typeof object.reason === "string" ? object.reason : "",
    message: typeof object.message === "string" ? object.message : "",
    retryAfter: typeof seconds === "number" && seconds > 0 ? seconds * 1000 : null,
    causes: causes.flatMap((cause) => (typeof cause?.reason === "string" ? [cause.reason] : [])),
  });
}

/** The resourceVersion or continue token asked for is not kept any more: everything has to be listed anew. */
export function isExpired(error: unknown): boolean {
  return error instanceof ApiError && (error.status === 410 || error.reason === "Expired" || error.reason === "Gone");
}
