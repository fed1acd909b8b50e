import { expect, test } from "vitest";
import { FAILURES, type FailureName } from "../../../src/data-plane/exchange/failure.ts";
import { grpcStatus, isGrpc } from "../../../src/data-plane/exchange/grpc.ts";
import { headers } from "../../support/exchanges.ts";

const NAMES = Object.keys(FAILURES) as FailureName[];

test.each([
  ["application/grpc", true],
  ["application/grpc+proto", true],
  ["Application/GRPC; charset=x", true],
  ["application/grpc;x=y", true],
  ["APPLICATION/GRPC+json", true],
  ["application/grpc-web", false],
  ["application/grpc-web+proto", false],
  ["application/grpcx", false],
  ["text/plain; a=application/grpc", false],
  ["", false],
])("Content-Type %j is gRPC: %s", (type, expected) => expect(isGrpc(headers(["content-type", type]))).toBe(expected));

test("a message without a Content-Type is not", () => expect(isGrpc(headers())).toBe(false));

/** http-grpc-status-mapping.md of the gRPC specification; all others are UNKNOWN. */
const BY_STATUS: Readonly<Record<number, number>> = {
  400: 13,
  401: 16,
  403: 7,
  404: 12,
  429: 14,
  502: 14,
  503: 14,
  504: 14,
};

/** Failures that say more than their status. */
const OTHERWISE = new Map<FailureName, number>([
  ["request_timeout", 4],
  ["upstream_timeout", 4],
  ["send_timeout", 4],
  ["client_closed", 1],
  ["payload_too_large", 8],
  ["headers_too_large", 8],
  ["target_too_long", 8],
  ["client_certificate_missing", 16],
  ["client_certificate_invalid", 16],
  ["misdirected", 14],
  ["expectation_failed", 13],
  ["method_not_allowed", 12],
  ["method_not_implemented", 12],
  ["protocol_not_implemented", 12],
  ["coding_not_implemented", 12],
  ["upgrade_required", 12],
  ["upgrade_not_possible", 12],
  ["internal_error", 13],
  ["loop_detected", 13],
  ["upstream_invalid", 13],
  ["upstream_truncated", 13],
  ["upstream_gave_up", 13],
]);

test.each(NAMES)("%s has the status of gRPC that the specification maps it to, or one that says more", (name) => {
  expect(grpcStatus(name)).toBe(OTHERWISE.get(name) ?? BY_STATUS[FAILURES[name].status]);
});

test("UNAVAILABLE, on which clients try again, is for what had no effect", () => {
  const unavailable = NAMES.filter((name) => grpcStatus(name) === 14);
  const unsent = ["connect_failed", "connect_timeout", "upstream_tls_failed", "upstream_refused"];
  expect(unavailable).toEqual(expect.arrayContaining([...unsent, "no_endpoints", "overloaded", "out_of_sockets"]));
  for (const name of ["upstream_timeout", "upstream_truncated", "upstream_invalid", "send_timeout"] as const)
    expect(unavailable).not.toContain(name);
});
