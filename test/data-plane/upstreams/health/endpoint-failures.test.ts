import { expect, test } from "vitest";
import { FAILURES, type FailureName } from "../../../../src/data-plane/exchange/failure.ts";
import { blamesEndpoint } from "../../../../src/data-plane/upstreams/health/endpoint-failures.ts";

test.each([
  "connect_failed",
  "connect_timeout",
  "upstream_tls_failed",
  "upstream_reset",
  "upstream_invalid",
  "upstream_timeout",
  "upstream_truncated",
  "send_timeout",
] as const)("%s is the endpoint's", (failure) => expect(blamesEndpoint(failure)).toBe(true));

test.each([
  "no_endpoints",
  "name_not_resolved",
  "name_refused",
  "client_closed",
  "overloaded",
  "out_of_sockets",
  "out_of_ports",
] as const)("%s is not", (failure) => expect(blamesEndpoint(failure)).toBe(false));

test("nothing that a client or the gateway does is", () => {
  const blamed = (Object.keys(FAILURES) as FailureName[]).filter(blamesEndpoint);
  expect(new Set(blamed.map((name) => FAILURES[name].side))).toEqual(new Set(["upstream"]));
});
