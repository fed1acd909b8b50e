import { FAILURES, type FailureName } from "./failure.ts";
import type { GatewayHeaders } from "./headers.ts";

/** True for messages of gRPC over HTTP/2; gRPC-Web is HTTP like any other. */
export function isGrpc(headers: GatewayHeaders): boolean {
  const type = headers.get("content-type");
  return type !== undefined && GRPC.test(type);
}

const GRPC = /^application\/grpc(?:[+;]|$)/i;

/** Where the status alone would say too little, or advise to try again what must not be. */
const BY_FAILURE: Partial<Record<FailureName, number>> = {
  payload_too_large: 8,
  headers_too_large: 8,
  request_timeout: 4,
  client_closed: 1,
  upstream_timeout: 4,
  send_timeout: 4,
  connect_timeout: 14,
  upstream_invalid: 13,
  upstream_truncated: 13,
  upstream_gave_up: 13,
};

/** As the gRPC specification maps statuses of HTTP (http-grpc-status-mapping.md). */
const BY_STATUS: Readonly<Record<number, number>> = {
  400: 13,
  401: 16,
  403: 7,
  404: 12,
  429: 14,
  500: 13,
  501: 12,
  502: 14,
  503: 14,
  504: 4,
};

const UNKNOWN = 2;

/** The status that a gRPC client is told of a failure. */
export function grpcStatus(failure: FailureName): number {
  return BY_FAILURE[failure] ?? BY_STATUS[FAILURES[failure].status] ?? UNKNOWN;
}
