import { describe, expect, test } from "vitest";
import { EMPTY_BODY } from "../../../src/data-plane/exchange/empty-body.ts";
import { type Admitted, admit } from "../../../src/data-plane/http1/admit.ts";
import { parseRequestHead } from "../../../src/data-plane/http1/request-head.ts";
import { DEFAULT_LIMITS } from "../../../src/data-plane/limits.ts";
import { refusal } from "../../support/exchanges.ts";

function admitted(head: string, strictPaths = false): Admitted {
  const context = {
    scheme: "http",
    clientAddress: "203.0.113.7",
    limits: { ...DEFAULT_LIMITS, targetBytes: 100 },
    strictPaths,
  } as const;
  return admit(parseRequestHead(`${head}\r\n`, 100), context, () => EMPTY_BODY);
}

test("a request as the proxy sees it", () => {
  const { request, framing, keepAlive } = admitted(
    "POST /a/../b?c HTTP/1.1\r\nHost: Shop.Example.:8080\r\nContent-Length: 3",
  );
  expect(request).toMatchObject({
    method: "POST",
    target: "/a/../b?c",
    path: "/b",
    host: "shop.example",
    authority: "Shop.Example.:8080",
    scheme: "http",
    httpVersion: "1.1",
    upgrade: null,
    expectsContinue: false,
    clientAddress: "203.0.113.7",
  });
  expect(framing).toEqual({ kind: "length", length: 3 });
  expect(keepAlive).toBe(true);
});

describe("is refused", () => {
  test.each([
    ["RL9", "FOO / HTTP/1.1\r\nHost: a", "method_not_implemented"],
    ["RL9", "get / HTTP/1.1\r\nHost: a", "method_not_implemented"],
    ["RL10", "GET /x#frag HTTP/1.1\r\nHost: a", "bad_request"],
    ["RL14", "GET http://evil/ HTTP/1.1\r\nHost: good", "bad_request"],
    ["RL14", "GET http://good:8080/ HTTP/1.1\r\nHost: good", "bad_request"],
    ["RL14", "GET http://u@good/ HTTP/1.1\r\nHost: good", "bad_request"],
    ["RL14", "GET http:///a HTTP/1.1\r\nHost: good", "bad_request"],
    ["RL15", "CONNECT a:443 HTTP/1.1\r\nHost: a:443", "method_not_allowed"],
    ["RL16", "TRACE / HTTP/1.1\r\nHost: a", "method_not_allowed"],
    ["RL16", "GET * HTTP/1.1\r\nHost: a", "bad_request"],
    ["RL17", `GET /${"a".repeat(100)} HTTP/1.1\r\nHost: a`, "target_too_long"],
    ["HO1", "GET / HTTP/1.1\r\nX: a", "bad_request"],
    ["HO2", "GET / HTTP/1.1\r\nHost: a\r\nHost: a", "bad_request"],
    ["HO2", "GET / HTTP/1.0\r\nHost: a\r\nHost: b", "bad_request"],
    ["HO3", "GET / HTTP/1.1\r\nHost: a, b", "bad_request"],
    ["HO4", "GET / HTTP/1.1\r\nHost:", "bad_request"],
    ["CL1", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked", "bad_request"],
    ["TE8", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nExpect: y 100-continue", "expectation_failed"],
    ["TE8", "POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nExpect: 100-continue", "expectation_failed"],
    ["CO5", "GET / HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: foo\r\nContent-Length: 1", "bad_request"],
  ])("%s %j", (_row, head, failure) => expect(refusal(() => admitted(head))).toBe(failure));
});

describe("is admitted", () => {
  test("RL14: an absolute target that names the Host", () => {
    expect(admitted("GET http://GOOD/a?b HTTP/1.1\r\nHost: good").request).toMatchObject({
      target: "/a?b",
      path: "/a",
      host: "good",
    });
  });

  test("RL16: OPTIONS *", () => {
    expect(admitted("OPTIONS * HTTP/1.1\r\nHost: a").request).toMatchObject({ target: "*", path: "*" });
  });

  test("RL17: a target as long as allowed", () => {
    expect(admitted(`GET /${"a".repeat(99)} HTTP/1.1\r\nHost: a`).request.target).toHaveLength(100);
  });

  test.each([
    ["1.0", "keep-alive", true],
    ["1.0", "keep-alive, close", false],
    ["1.0", "", false],
    ["1.1", "close, keep-alive", false],
    ["1.1", "", true],
  ])("HTTP/%s with Connection: %s is kept: %s (RFC 9112 §9.3, close comes first)", (version, connection, kept) => {
    expect(admitted(`GET / HTTP/${version}\r\nHost: a\r\nConnection: ${connection}`).keepAlive).toBe(kept);
  });

  test("HO5: HTTP/1.0 without Host", () => {
    expect(admitted("GET / HTTP/1.0").request).toMatchObject({ host: "", authority: "" });
  });

  test("RL13: strictly, the normal form goes on", () => {
    expect(admitted("GET /a/../b HTTP/1.1\r\nHost: a", true).request.target).toBe("/b");
    expect(refusal(() => admitted("GET /a%2fb HTTP/1.1\r\nHost: a", true))).toBe("bad_request");
  });

  test.each([
    ["POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nExpect: 100-continue", true],
    ["POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nExpect: 100-Continue", true],
    ["POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nExpect: 100-continue", false],
    ["POST / HTTP/1.0\r\nHost: a\r\nContent-Length: 1\r\nExpect: 100-continue", false],
    ["POST / HTTP/1.0\r\nHost: a\r\nContent-Length: 1\r\nExpect: nonsense", false],
  ])("TE8: %j", (head, expects) => expect(admitted(head).request.expectsContinue).toBe(expects));

  test.each([
    ["GET / HTTP/1.1\r\nHost: a", true],
    ["GET / HTTP/1.1\r\nHost: a\r\nConnection: Close", false],
    ["GET / HTTP/1.1\r\nHost: a\r\nConnection: x, close", false],
    ["GET / HTTP/1.1\r\nHost: a\r\nConnection: x\r\nConnection: close", false],
    ["GET / HTTP/1.0\r\nHost: a", false],
    ["GET / HTTP/1.0\r\nHost: a\r\nConnection: Keep-Alive", true],
  ])("kept alive: %j", (head, keepAlive) => expect(admitted(head).keepAlive).toBe(keepAlive));

  test("the protocol asked for", () => {
    expect(admitted("GET / HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: Foo").request.upgrade).toBe("foo");
    expect(admitted("GET / HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: h2c").request.upgrade).toBeNull();
  });
});
