import * as fc from "fast-check";
import { expect, test } from "vitest";
import { OF_REQUEST, OF_TRAILERS, readFields } from "../../../src/data-plane/http2/read-fields.ts";
import { parseFields } from "../../../src/data-plane/http/fields.ts";
import { Failed } from "../../../src/data-plane/exchange/failure.ts";
import { DEFAULT_LIMITS } from "../../../src/data-plane/limits.ts";
import { refusal } from "../../support/exchanges.ts";

const read = (...block: string[]) => readFields(block, DEFAULT_LIMITS, OF_REQUEST);
const lines = (...block: string[]): string => read(...block).headers.serialize(() => false);

test("fields are written as HTTP/1 writes them, in order", () => {
  expect(lines(":method", "GET", "b", "1", "a", "", "b", "2 3")).toBe("b: 1\r\na: \r\nb: 2 3\r\n");
  const { pseudo } = read(":method", "GET", ":path", "/", "a", "1", "a", "2");
  expect([":method", ":path", ":scheme", "a"].map((name) => pseudo.get(name))).toEqual([
    "GET",
    "/",
    undefined,
    undefined,
  ]);
  const { headers } = read("a", "1", "b", "\xe9\t2");
  expect([headers.get("a"), headers.get("b"), headers.count]).toEqual(["1", "\xe9\t2", 2]);
});

test("cookies are joined, names with an underscore are left out", () => {
  expect(lines("cookie", "a=1", "x", "y", "cookie", "b=2")).toBe("x: y\r\ncookie: a=1; b=2\r\n");
  expect(lines("x_y", "1", "x-y", "2")).toBe("x-y: 2\r\n");
});

test.each([
  [":x", "1"],
  [":method", "GET", ":method", "GET"],
  ["a", "1", ":method", "GET"],
  ["A", "1"],
  ["", "1"],
  ["a b", "1"],
  ["a:", "1"],
  ["a", " 1"],
  ["a", "1\t"],
  ["a", "1\r\nb: 2"],
  ["a", "1\n"],
  ["a", "\0"],
  ["a", "\x7f"],
  ["a", "\u0100"],
  [":path", "/\r\n"],
  ["connection", "close"],
  ["transfer-encoding", "chunked"],
  ["te", "gzip"],
])("%j is refused", (...block) => {
  expect(refusal(() => read(...block))).toBe("bad_request");
});

test("trailers have no pseudo-header fields", () => {
  expect(refusal(() => readFields([":path", "/"], DEFAULT_LIMITS, OF_TRAILERS))).toBe("bad_request");
  expect(readFields(["a", "1"], DEFAULT_LIMITS, OF_TRAILERS).headers.get("a")).toBe("1");
});

test("fields and bytes are counted, crumbs of cookies and what is left out included", () => {
  const many = (count: number, name: string): string[] => Array.from({ length: count }, () => [name, "a=b"]).flat();
  expect(refusal(() => read(...many(100, "cookie")))).toBe("");
  expect(refusal(() => read(...many(101, "cookie")))).toBe("headers_too_large");
  expect(refusal(() => read(...many(101, "x_y")))).toBe("headers_too_large");
  expect(refusal(() => read("a", "b".repeat(32 * 1024 - 5)))).toBe("");
  expect(refusal(() => read("a", "b".repeat(32 * 1024)))).toBe("headers_too_large");
});

test("whatever is let through is a block of field lines to the parser of HTTP/1, and no other", () => {
  const text = fc.string({
    unit: fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)),
    maxLength: 8,
  });
  const name = fc.oneof(text, fc.constantFrom("cookie", "te", "a", "host", ":path", "x_y", "connection"));
  const value = fc.oneof(text, fc.constantFrom("trailers", "1", "a\r\nb: c", "\r\n"));
  fc.assert(
    fc.property(fc.array(fc.tuple(name, value), { maxLength: 6 }), (pairs) => {
      let written: string;
      try {
        written = lines(...pairs.flat());
      } catch (error) {
        if (error instanceof Failed) return;
        throw error;
      }
      const crumbs = pairs.filter(([of]) => of === "cookie").length;
      const leftOut = pairs.filter(([of]) => of.startsWith(":") || of.includes("_")).length;
      expect(parseFields(written, 0, 100).count).toBe(pairs.length - leftOut - Math.max(0, crumbs - 1));
    }),
  );
});
