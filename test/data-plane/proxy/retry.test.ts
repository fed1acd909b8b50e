import { describe, expect, test } from "vitest";
import { Failed, FAILURES, type FailureName } from "../../../src/data-plane/exchange/failure.ts";
import { framingOf } from "../../../src/data-plane/proxy/prepare-request.ts";
import { mayRetry } from "../../../src/data-plane/proxy/retry.ts";
import { upstreamRequest } from "../../support/endpoints.ts";
import { bodyOfLength } from "../../support/exchanges.ts";

const METHODS = ["GET", "HEAD", "OPTIONS", "PUT", "DELETE", "QUERY", "POST", "PATCH"];
const IDEMPOTENT = ["GET", "HEAD", "OPTIONS", "PUT", "DELETE", "QUERY"];
const BODIES = {
  none: bodyOfLength(0),
  untouched: bodyOfLength(5),
  touched: bodyOfLength(5, false),
  "chunked untouched": bodyOfLength(null),
  "chunked touched": bodyOfLength(null, false),
};
const NAMES = Object.keys(FAILURES) as FailureName[];

function allowed(failure: FailureName, given: { readonly upgrade?: string } = {}): string[] {
  return [true, false].flatMap((reused) =>
    METHODS.flatMap((method) =>
      Object.entries(BODIES)
        .filter(([, body]) =>
          mayRetry(
            new Failed(failure, ""),
            upstreamRequest({ ...given, method, body, framing: framingOf(body) }),
            reused,
          ),
        )
        .map(([body]) => `${method} ${body}${reused ? " reused" : ""}`),
    ),
  );
}

describe("may be sent again after", () => {
  test.each([
    "connect_failed",
    "connect_timeout",
    "upstream_tls_failed",
    "upstream_refused",
    "out_of_sockets",
    "out_of_ports",
    "upgrade_not_possible",
  ] as const)("%s: whatever was not touched, since nothing was sent", (failure) => {
    const untouched = Object.keys(BODIES).filter((name) => !name.endsWith(" touched") && name !== "touched");
    const expected = ["", " reused"].flatMap((end) =>
      METHODS.flatMap((method) => untouched.map((body) => `${method} ${body}${end}`)),
    );
    expect(allowed(failure).toSorted()).toEqual(expected.toSorted());
  });

  test("upstream_reset: idempotent ones without a body, on a pooled connection", () => {
    expect(allowed("upstream_reset").toSorted()).toEqual(
      IDEMPOTENT.map((method) => `${method} none reused`).toSorted(),
    );
    expect(allowed("upstream_reset", { upgrade: "websocket" })).toEqual([]);
  });

  test.each(NAMES.filter((name) => FAILURES[name].retry === "never"))("%s: none", (failure) => {
    expect(allowed(failure)).toEqual([]);
  });
});
