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

test.each(NAMES)("%s has a status of gRPC that is an error", (name) => {
  const status = grpcStatus(name);
  expect(status).toBeGreaterThan(0);
  expect(status).toBeLessThanOrEqual(16);
});

test.each<[FailureName, number]>([
  ["client_closed", 1],
  ["request_timeout", 4],
  ["upstream_timeout", 4],
  ["send_timeout", 4],
  ["payload_too_large", 8],
  ["headers_too_large", 8],
  ["no_route", 12],
  ["internal_error", 13],
  ["upstream_truncated", 13],
  ["upstream_gave_up", 13],
])("%s is %i", (name, status) => expect(grpcStatus(name)).toBe(status));

test("UNAVAILABLE, on which clients try again, is for what had no effect", () => {
  const unavailable = NAMES.filter((name) => grpcStatus(name) === 14);
  const unsent = ["connect_failed", "connect_timeout", "upstream_tls_failed", "upstream_refused"];
  expect(unavailable).toEqual(expect.arrayContaining([...unsent, "no_endpoints", "overloaded", "out_of_sockets"]));
  for (const name of ["upstream_timeout", "upstream_truncated", "upstream_invalid", "send_timeout"] as const)
    expect(unavailable).not.toContain(name);
});
