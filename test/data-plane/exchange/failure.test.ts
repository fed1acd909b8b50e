import { describe, expect, test } from "vitest";
import { Failed, FAILURES, type FailureName } from "../../../src/data-plane/exchange/failure.ts";

const NAMES = Object.keys(FAILURES) as FailureName[];

describe("the table of failures", () => {
  test.each(NAMES)("%s blames a side that fits its status, and tells a client one sentence", (name) => {
    const { side, status, text } = FAILURES[name];
    expect(status).toBeGreaterThanOrEqual(400);
    expect(status).toBeLessThan(600);
    // What the client did is never our error, and what the upstream did never the client's.
    if (side === "upstream") expect(status).toBeGreaterThanOrEqual(500);
    if (status < 500 && status !== 404) expect(side).toBe("downstream");
    expect(text).toMatch(/^[A-Z][^.]*\.$/);
  });

  test("only what cannot have had an effect, or has the same twice, is tried again", () => {
    const retried = NAMES.filter((name) => FAILURES[name].retry !== "never").map(
      (name) => `${name}: ${FAILURES[name].retry}`,
    );
    expect(retried.toSorted()).toEqual([
      "connect_failed: unsent",
      "connect_timeout: unsent",
      "out_of_ports: unsent",
      "out_of_sockets: unsent",
      "upgrade_not_possible: unsent",
      "upstream_refused: unprocessed",
      "upstream_reset: reused",
      "upstream_tls_failed: unsent",
    ]);
  });
});

describe("Failed", () => {
  test("has the status of its row", () => {
    const failed = new Failed("no_endpoints", "none ready");
    expect(failed.status).toBe(503);
    expect(failed.message).toBe("no_endpoints: none ready");
  });

  test("is kept as it is, and whatever else was thrown is our mistake", () => {
    const failed = new Failed("bad_request", "x");
    expect(Failed.from(failed)).toBe(failed);
    expect(Failed.from(new TypeError("oops"))).toMatchObject({
      failure: "internal_error",
      detail: expect.stringContaining("oops"),
    });
    expect(Failed.from("text")).toMatchObject({ failure: "internal_error", detail: "text" });
    expect(Failed.from(undefined)).toMatchObject({ failure: "internal_error", detail: "undefined" });
  });
});
