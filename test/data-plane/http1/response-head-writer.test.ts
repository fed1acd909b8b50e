import { describe, expect, test } from "vitest";
import type { GatewayRequest } from "../../../src/data-plane/exchange/request.ts";
import type { GatewayResponse } from "../../../src/data-plane/exchange/response.ts";
import { writeResponseHead } from "../../../src/data-plane/http1/response-head-writer.ts";
import { bodyOfLength, headers, request } from "../../support/exchanges.ts";

type Line = readonly [name: string, value: string];
const DATE: Line = ["Date", "Sun, 06 Nov 1994 08:49:37 GMT"];

function written(given: Partial<GatewayResponse>, asked: Partial<GatewayRequest> = {}, close = false) {
  const response: GatewayResponse = { status: 200, reason: "", headers: headers(DATE), body: null, ...given };
  const head = writeResponseHead(response, request(asked), close);
  const lines = head.text.split("\r\n");
  expect(lines.slice(-2)).toEqual(["", ""]);
  expect(lines[1]).toBe("Date: Sun, 06 Nov 1994 08:49:37 GMT");
  return { lines: [lines[0], ...lines.slice(2, -2)], framing: head.framing, close: head.close };
}

const OK = "HTTP/1.1 200 OK";
const NONE = { kind: "none" };
const unknown = bodyOfLength(null);

describe("the body is announced in one way", () => {
  test.each<[string, Partial<GatewayResponse>, Partial<GatewayRequest>, string[], object]>([
    ["no body", { body: null }, {}, [OK, "Content-Length: 0"], NONE],
    ["a text, in octets", { body: "h\u00e9" }, {}, [OK, "Content-Length: 3"], { kind: "length", length: 3 }],
    ["an empty text", { body: "" }, {}, [OK, "Content-Length: 0"], NONE],
    ["a length", { body: bodyOfLength(5) }, {}, [OK, "Content-Length: 5"], { kind: "length", length: 5 }],
    ["length 0", { body: bodyOfLength(0) }, {}, [OK, "Content-Length: 0"], NONE],
    ["no length", { body: unknown }, {}, [OK, "Transfer-Encoding: chunked"], { kind: "chunked" }],
    [
      "HEAD, length told",
      { body: bodyOfLength(0), headers: headers(DATE, ["Content-Length", "005"]) },
      { method: "HEAD" },
      [OK, "Content-Length: 5"],
      NONE,
    ],
    ["HEAD, no length told", { body: bodyOfLength(0) }, { method: "HEAD" }, [OK], NONE],
    [
      "HEAD, chunked told",
      { body: bodyOfLength(0), headers: headers(DATE, ["Transfer-Encoding", "chunked"]) },
      { method: "HEAD" },
      [OK],
      NONE,
    ],
    ["HEAD, a text of ours", { body: "abc" }, { method: "HEAD" }, [OK, "Content-Length: 3"], NONE],
    [
      "204",
      { status: 204, body: bodyOfLength(0), headers: headers(DATE, ["Content-Length", "5"]) },
      {},
      ["HTTP/1.1 204 No Content"],
      NONE,
    ],
    [
      "304, length told",
      { status: 304, body: bodyOfLength(0), headers: headers(DATE, ["Content-Length", "5"]) },
      {},
      ["HTTP/1.1 304 Not Modified", "Content-Length: 5"],
      NONE,
    ],
    ["304", { status: 304, body: bodyOfLength(0) }, {}, ["HTTP/1.1 304 Not Modified"], NONE],
    [
      "what the upstream said of its framing",
      {
        body: bodyOfLength(5),
        headers: headers(
          DATE,
          ["Content-Length", "005"],
          ["Transfer-Encoding", "x"],
          ["Trailer", "X"],
          ["Keep-Alive", "timeout=5"],
          ["Connection", "X-Hop"],
          ["X-Hop", "1"],
          ["X-End", "2"],
        ),
      },
      {},
      [OK, "X-End: 2", "Content-Length: 5"],
      { kind: "length", length: 5 },
    ],
    [
      "HEAD in HTTP/1.0",
      { body: unknown },
      { method: "HEAD", httpVersion: "1.0" },
      [OK, "Connection: keep-alive"],
      NONE,
    ],
  ])("%s", (_what, response, asked, lines, framing) => {
    expect(written(response, asked)).toEqual({ lines, framing, close: false });
  });
});

describe("the connection", () => {
  test("is closed where that is wanted, and says so", () => {
    expect(written({}, {}, true)).toEqual({
      lines: [OK, "Content-Length: 0", "Connection: close"],
      framing: NONE,
      close: true,
    });
  });

  test("HTTP/1.0 is told that it stays", () => {
    expect(written({ body: "a" }, { httpVersion: "1.0" }).lines.at(-1)).toBe("Connection: keep-alive");
    expect(written({ body: "a" }, { httpVersion: "1.0" }, true).lines.at(-1)).toBe("Connection: close");
  });

  test("HTTP/1.0 has no chunks: a body of unknown length ends with the connection", () => {
    expect(written({ body: unknown }, { httpVersion: "1.0" })).toEqual({
      lines: [OK, "Connection: close"],
      framing: { kind: "until-close" },
      close: true,
    });
  });

  test("becomes a tunnel by 101", () => {
    const response = { status: 101, headers: headers(DATE, ["Upgrade", "WebSocket"], ["Sec-WebSocket-Accept", "x"]) };
    expect(written(response, { upgrade: "websocket" })).toEqual({
      lines: [
        "HTTP/1.1 101 Switching Protocols",
        "Sec-WebSocket-Accept: x",
        "Connection: upgrade",
        "Upgrade: websocket",
      ],
      framing: NONE,
      close: false,
    });
  });
});

test.each([
  [200, "", "HTTP/1.1 200 OK"],
  [200, "Fine", "HTTP/1.1 200 Fine"],
  [299, "", "HTTP/1.1 299 "],
  [999, "Odd", "HTTP/1.1 999 Odd"],
])("status line of %i %j", (status, reason, line) => expect(written({ status, reason }).lines[0]).toBe(line));

test("a response without Date gets one", () => {
  const response: GatewayResponse = { status: 200, reason: "", headers: headers(), body: null };
  expect(writeResponseHead(response, request(), false).text).toMatch(
    /\r\nDate: [A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} [\d:]{8} GMT\r\n/,
  );
});
