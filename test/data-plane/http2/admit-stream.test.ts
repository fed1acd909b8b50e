import { expect, test } from "vitest";
import { admitStream } from "../../../src/data-plane/http2/admit-stream.ts";
import type { Body } from "../../../src/data-plane/exchange/body.ts";
import { DEFAULT_LIMITS } from "../../../src/data-plane/limits.ts";
import { bodyOfLength, refusal } from "../../support/exchanges.ts";

const CONTEXT = { scheme: "https", clientAddress: "203.0.113.7", limits: DEFAULT_LIMITS, strictPaths: false } as const;
const GET = { ":method": "GET", ":scheme": "https", ":authority": "Test.example:8443", ":path": "/a?b" };

function admit(fields: Readonly<Record<string, string>>, ended = true) {
  const makeBody = (length: number | null): Body => bodyOfLength(length);
  return admitStream(Object.entries(fields).flat(), ended, CONTEXT, makeBody);
}

test("a request, as the proxy serves it", () => {
  const request = admit({ ...GET, accept: "*/*" });
  expect(request).toMatchObject({
    method: "GET",
    target: "/a?b",
    path: "/a",
    host: "test.example",
    authority: "Test.example:8443",
    scheme: "https",
    httpVersion: "2",
    upgrade: null,
    expectsContinue: false,
    clientAddress: "203.0.113.7",
  });
  expect([request.headers.get("accept"), request.headers.get("host"), request.body.length]).toEqual([
    "*/*",
    "Test.example:8443",
    0,
  ]);
});

test("the scheme is the listener's, whatever the client calls it", () => {
  expect(admit({ ...GET, ":scheme": "http" }).scheme).toBe("https");
  expect(refusal(() => admit({ ...GET, ":scheme": "HTTPS" }))).toBe("bad_request");
});

test("host may stand in for :authority or say the same", () => {
  const { ":authority": authority, ...rest } = GET;
  expect(admit({ ...rest, host: "a.example" }).host).toBe("a.example");
  expect(admit({ ...GET, host: authority.toUpperCase() }).host).toBe("test.example");
  expect(refusal(() => admit({ ...GET, host: "test.example" }))).toBe("bad_request");
  expect(refusal(() => admit(rest))).toBe("bad_request");
});

test("content: none, of a length, of unknown length", () => {
  expect(admit(GET, false).body.length).toBeNull();
  expect(admit({ ...GET, "content-length": "7" }, false).body.length).toBe(7);
  expect(admit({ ...GET, "content-length": "0" }, false).body.length).toBe(0);
  expect(admit({ ...GET, "content-length": "0" }).body.length).toBe(0);
  expect(refusal(() => admit({ ...GET, "content-length": "7" }))).toBe("bad_request");
});

test("100-continue is awaited where there is content to come", () => {
  expect(admit({ ...GET, expect: "100-continue" }, false).expectsContinue).toBe(true);
  expect(admit({ ...GET, expect: "100-continue", "content-length": "7" }, false).expectsContinue).toBe(true);
  expect(admit({ ...GET, expect: "100-continue" }).expectsContinue).toBe(false);
  expect(refusal(() => admit({ ...GET, expect: "tea" }, false))).toBe("expectation_failed");
});

test("OPTIONS *", () => {
  expect(admit({ ...GET, ":method": "OPTIONS", ":path": "*" }).path).toBe("*");
  expect(refusal(() => admit({ ...GET, ":path": "*" }))).toBe("bad_request");
});

test.each([
  [{ ":method": "CONNECT" }, "method_not_allowed"],
  [{ ":method": "TRACE" }, "method_not_allowed"],
  [{ ":method": "BREW" }, "method_not_implemented"],
  [{ ":method": "" }, "method_not_implemented"],
  [{ ":path": "https://test.example/" }, "bad_request"],
  [{ ":path": "a" }, "bad_request"],
  [{ ":path": "" }, "bad_request"],
  [{ ":path": "/%00" }, "bad_request"],
  [{ ":path": `/${"a".repeat(9000)}` }, "target_too_long"],
  [{ ":authority": "a@b" }, "bad_request"],
] as const)("%j: %s", (fields, failure) => {
  expect(refusal(() => admit({ ...GET, ...fields }))).toBe(failure);
});
