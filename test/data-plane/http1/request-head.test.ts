import { describe, expect, test } from "vitest";
import { parseRequestHead } from "../../../src/data-plane/http1/request-head.ts";
import { refusal } from "../../support/exchanges.ts";

test("a request line and its fields", () => {
  const { headers, ...line } = parseRequestHead("GET /a?b HTTP/1.1\r\nHost: a\r\nX: y\r\n", 10);
  expect(line).toEqual({ method: "GET", target: "/a?b", httpVersion: "1.1" });
  expect(headers.serialize(() => false)).toBe("Host: a\r\nX: y\r\n");
  expect(parseRequestHead("M-SEARCH * HTTP/1.0\r\n", 10)).toMatchObject({
    method: "M-SEARCH",
    target: "*",
    httpVersion: "1.0",
  });
});

describe("a line we would have to repair is refused", () => {
  test.each([
    ["RL2", "GET  / HTTP/1.1"],
    ["RL2", "GET /  HTTP/1.1"],
    ["RL2", " GET / HTTP/1.1"],
    ["RL2", "GET / HTTP/1.1 "],
    ["RL3", "GET\t/\tHTTP/1.1"],
    ["RL3", "GET\x0b/ HTTP/1.1"],
    ["RL3", "GET\x0c/ HTTP/1.1"],
    ["RL3", "GET\r/ HTTP/1.1"],
    ["RL1", "GET / HTTP/1.1\nHost: a"],
    ["RL4", "GET /a b HTTP/1.1"],
    ["RL5", "GET /"],
    ["RL5", "GET / "],
    ["RL6", "GET / HTTP/2.0"],
    ["RL6", "PRI * HTTP/2.0"],
    ["RL7", "GET / HTTP/1.2"],
    ["RL7", "GET / HTTP/01.1"],
    ["RL7", "GET / HTTP/1"],
    ["RL7", "GET / http/1.1"],
    ["RL7", "GET / HTTP/ 1.1"],
    ["RL7", "GET / HTTP/1.11"],
    ["RL7", "GET / HTTP/4294967295.255"],
    ["RL8", "OPTIONS /x RTSP/1.0"],
    ["RL8", "SOURCE /x ICE/1.0"],
    ["RL11", "GET /\0 HTTP/1.1"],
    ["RL11", "GET /\x01 HTTP/1.1"],
    ["RL11", "GET /\x7f HTTP/1.1"],
    ["no method", " / HTTP/1.1"],
    ["no token", "G(T / HTTP/1.1"],
    ["no token", "GET: / HTTP/1.1"],
    ["nothing", ""],
  ])("%s %j", (_row, line) =>
    expect(refusal(() => parseRequestHead(`${line}\r\nHost: a\r\n`, 10))).toBe("bad_request"),
  );
});

test("bad fields are a bad request, too many are too large", () => {
  expect(refusal(() => parseRequestHead("GET / HTTP/1.1\r\nHost : a\r\n", 10))).toBe("bad_request");
  expect(refusal(() => parseRequestHead("GET / HTTP/1.1\r\nA: 1\r\nB: 1\r\n", 1))).toBe("headers_too_large");
});
