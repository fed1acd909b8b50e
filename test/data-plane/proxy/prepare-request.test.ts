import { describe, expect, test } from "vitest";
import type { GatewayRequest } from "../../../src/data-plane/exchange/request.ts";
import { prepareRequest } from "../../../src/data-plane/proxy/prepare-request.ts";
import { bodyOfLength, exchange, headers, refusal } from "../../support/exchanges.ts";

const TIMEOUTS = { connect: 1, read: 2, send: 3 };
const TOLD = [
  "X-Request-ID: 0123456789abcdef0123456789abcdef",
  "X-Real-IP: 203.0.113.7",
  "X-Forwarded-For: 203.0.113.7",
  "X-Forwarded-Port: 80",
  "X-Forwarded-Proto: http",
  "X-Forwarded-Scheme: http",
  "X-Scheme: http",
];

/** Start line and fields, but for those that say who the client is. */
function prepared(given: Partial<GatewayRequest>): { lines: string[]; framing: object } {
  const { head, framing } = prepareRequest(exchange(given), TIMEOUTS);
  expect(head.endsWith("\r\n\r\n")).toBe(true);
  const lines = head.slice(0, -4).split("\r\n");
  expect(lines.filter((line) => TOLD.includes(line))).toEqual(TOLD);
  const host = `X-Forwarded-Host: ${given.authority ?? "test.example"}`;
  expect(lines).toContain(host);
  return { lines: lines.filter((line) => !TOLD.includes(line) && line !== host), framing };
}

const START = ["GET / HTTP/1.1", "Host: test.example"];
const NONE = { kind: "none" };

describe("the request is written anew", () => {
  test.each<[string, Partial<GatewayRequest>, string[], object]>([
    ["plain", {}, START, NONE],
    ["from HTTP/1.0", { httpVersion: "1.0" }, START, NONE],
    [
      "as it was asked for",
      { method: "DELETE", target: "/a%2Fb?c" },
      ["DELETE /a%2Fb?c HTTP/1.1", "Host: test.example"],
      NONE,
    ],
    ["Host as it was sent", { authority: "Test.example:8080" }, ["GET / HTTP/1.1", "Host: Test.example:8080"], NONE],
    ["one Host", { headers: headers(["Host", "evil"], ["A", "b"]) }, [...START, "A: b"], NONE],
    [
      "fields in their order",
      { headers: headers(["B", "1"], ["a", "2"], ["B", "3"]) },
      [...START, "B: 1", "a: 2", "B: 3"],
      NONE,
    ],
    [
      "CL6: a length in canonical form",
      { body: bodyOfLength(5), headers: headers(["Content-Length", "005"]) },
      [...START, "Content-Length: 5"],
      { kind: "length", length: 5 },
    ],
    ["a length of zero", { headers: headers(["Content-Length", "00"]) }, [...START, "Content-Length: 0"], NONE],
    [
      "chunked",
      { body: bodyOfLength(null), headers: headers(["transfer-encoding", "Chunked"]) },
      [...START, "Transfer-Encoding: chunked"],
      { kind: "chunked" },
    ],
    [
      "HO6: what ends here, and what Connection names",
      {
        headers: headers(
          ["Connection", "close, Host, X-Forwarded-For, Authorization, X-Hop"],
          ["X-Hop", "1"],
          ["Authorization", "Basic x"],
          ["Keep-Alive", "5"],
          ["TE", "trailers"],
          ["Trailer", "X"],
          ["Proxy-Authorization", "y"],
          ["Proxy-Connection", "close"],
          ["Proxy", "http://evil"],
          ["HTTP2-Settings", "z"],
          ["Upgrade", "h2c"],
        ),
      },
      [...START, "Authorization: Basic x"],
      NONE,
    ],
    [
      "HF15: what the client says of itself",
      {
        headers: headers(
          ["X-Forwarded-For", "1.2.3.4"],
          ["X-Forwarded-Proto", "https"],
          ["X-Forwarded-Prefix", "/evil"],
          ["X-Real-IP", "1.2.3.4"],
          ["X-Request-ID", "mine"],
          ["Forwarded", "for=1.2.3.4"],
          ["X-Original-Forwarded-For", "5.6.7.8"],
        ),
      },
      [...START, "X-Original-Forwarded-For: 1.2.3.4"],
      NONE,
    ],
    [
      "an expectation, ours",
      { expectsContinue: true, body: bodyOfLength(1), headers: headers(["Expect", "100-Continue"]) },
      [...START, "Content-Length: 1", "Expect: 100-continue"],
      { kind: "length", length: 1 },
    ],
    ["TE8: no expectation that is not one", { headers: headers(["Expect", "100-continue"]) }, START, NONE],
    [
      "an upgrade",
      {
        upgrade: "websocket",
        headers: headers(["Connection", "Upgrade, X-Hop"], ["Upgrade", "WebSocket"], ["Sec-WebSocket-Key", "k"]),
      },
      [...START, "Sec-WebSocket-Key: k", "Connection: upgrade", "Upgrade: websocket"],
      NONE,
    ],
  ])("%s", (_what, given, lines, framing) => expect(prepared(given)).toEqual({ lines, framing }));
});

// U+010A and U+0120 are LF and a space in the octets that latin1 leaves of them.
const ENDS = ["/a b", "/a\r\nX: y", "/a\n", "/\t", "/\0", "/\x7f", "/a\u010aX: y", "/a\u0120HTTP/1.1"];
test.each(ENDS)("a target of %j would end its line", (target) => {
  expect(refusal(() => prepareRequest(exchange({ target }), TIMEOUTS))).toBe("internal_error");
});

test("what else the connection needs to know", () => {
  const asked = exchange({ method: "HEAD", upgrade: null });
  expect(prepareRequest(asked, TIMEOUTS)).toMatchObject({
    method: "HEAD",
    body: asked.request.body,
    upgrade: null,
    readTimeout: 2,
    writeTimeout: 3,
  });
});
