import { FAILURES, type FailureName } from "./failure.ts";
import type { GatewayHeaders } from "./headers.ts";

/** True for messages of gRPC over HTTP/2; gRPC-Web is HTTP like any other. */
export function isGrpc(headers: GatewayHeaders): boolean {
  const type = headers.get("content-type");
  return type !== undefined && GRPC.test(type);
}

const GRPC = /^application\/grpc(?:[+;]|$)/i;

/** statuscodes.md of the gRPC specification. */
const CANCELLED = 1;
const UNKNOWN = 2;
const DEADLINE_EXCEEDED = 4;
const PERMISSION_DENIED = 7;
const RESOURCE_EXHAUSTED = 8;
const UNIMPLEMENTED = 12;
const INTERNAL = 13;
const UNAVAILABLE = 14;
const UNAUTHENTICATED = 16;

/** Where the status alone would say too little, or advise to try again (UNAVAILABLE) what may have had an effect. */
const BY_FAILURE: Partial<Record<FailureName, number>> = {
  client_closed: CANCELLED,
  request_timeout: DEADLINE_EXCEEDED,
  upstream_timeout: DEADLINE_EXCEEDED,
  send_timeout: DEADLINE_EXCEEDED,
  target_too_long: RESOURCE_EXHAUSTED,
  payload_too_large: RESOURCE_EXHAUSTED,
  headers_too_large: RESOURCE_EXHAUSTED,
  client_certificate_missing: UNAUTHENTICATED,
  client_certificate_invalid: UNAUTHENTICATED,
  // Nothing was begun with, and over another connection it may be (RFC 9110 §15.5.20).
  misdirected: UNAVAILABLE,
  expectation_failed: INTERNAL,
  method_not_allowed: UNIMPLEMENTED,
  method_not_implemented: UNIMPLEMENTED,
  protocol_not_implemented: UNIMPLEMENTED,
  coding_not_implemented: UNIMPLEMENTED,
  upgrade_required: UNIMPLEMENTED,
  upgrade_not_possible: UNIMPLEMENTED,
  loop_detected: INTERNAL,
  internal_error: INTERNAL,
  upstream_invalid: INTERNAL,
  upstream_truncated: INTERNAL,
  upstream_gave_up: INTERNAL,
};

/** As the gRPC specification maps statuses of HTTP (http-grpc-status-mapping.md); all others are UNKNOWN. */
const BY_STATUS: Readonly<Record<number, number>> = {
  400: INTERNAL,
  401: UNAUTHENTICATED,
  403: PERMISSION_DENIED,
  404: UNIMPLEMENTED,
  429: UNAVAILABLE,
  502: UNAVAILABLE,
  503: UNAVAILABLE,
  504: UNAVAILABLE,
};

/** The status that a gRPC client is told of a failure. */
export function grpcStatus(failure: FailureName): number {
  return BY_FAILURE[failure] ?? BY_STATUS[FAILURES[failure].status] ?? UNKNOWN;
}
