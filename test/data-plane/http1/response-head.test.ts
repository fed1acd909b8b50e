import { expect, test } from "vitest";
import { parseResponseHead } from "../../../src/data-plane/http1/response-head.ts";
import { refusal } from "../../support/exchanges.ts";

test.each([
  ["HTTP/1.1 200 OK", 200, "OK", "1.1"],
  ["HTTP/1.0 404 Not Found", 404, "Not Found", "1.0"],
  ["HTTP/1.1 200 ", 200, "", "1.1"],
  ["HTTP/1.1 200", 200, "", "1.1"],
  ["HTTP/1.1 100 Continue", 100, "Continue", "1.1"],
  ["HTTP/1.1 999 \u00e9\tx", 999, "\u00e9\tx", "1.1"],
])("%j", (line, status, reason, httpVersion) => {
  const head = parseResponseHead(`${line}\r\nA: b\r\n`, 10);
  expect(head).toMatchObject({ status, reason, httpVersion });
  expect(head.headers.get("a")).toBe("b");
});

test.each([
  "HTTP/1.1 099 X",
  "HTTP/1.1 1000 X",
  "HTTP/1.1 20 X",
  "HTTP/1.1 2000",
  "HTTP/1.1 -200 X",
  "HTTP/1.1 200OK",
  "HTTP/1.1  200 OK",
  "HTTP/1.1\t200 OK",
  "HTTP/1.1 200 O\0K",
  "HTTP/1.1 200 O\x1bK",
  "HTTP/1.1 200 O\x7fK",
  "HTTP/1.1 200 OK\nA: b",
  "HTTP/1.1 200 O\rK",
  "HTTP/2 200 OK",
  "HTTP/1.2 200 OK",
  "ICY 200 OK",
  "http/1.1 200 OK",
  " HTTP/1.1 200 OK",
  "",
])("RS7: %j is refused", (line) => {
  expect(refusal(() => parseResponseHead(`${line}\r\nA: b\r\n`, 10))).toBe("upstream_invalid");
});

test.each(["A : b", " A: b", "A: b\r\n c", "A: b\0", "A: b\rC: d", "A: b\nC: d", ": b", "A"])(
  "RS2: %j is refused",
  (line) => {
    expect(refusal(() => parseResponseHead(`HTTP/1.1 200 OK\r\n${line}\r\n`, 10))).toBe("upstream_invalid");
  },
);

test("too many fields", () => {
  expect(refusal(() => parseResponseHead("HTTP/1.1 200 OK\r\nA: 1\r\nB: 2\r\n", 1))).toBe("upstream_invalid");
});
