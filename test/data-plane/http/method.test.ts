import { expect, test } from "vitest";
import { isIdempotent, isKnownMethod } from "../../../src/data-plane/http/method.ts";

test.each([
  "GET",
  "HEAD",
  "POST",
  "PUT",
  "DELETE",
  "PATCH",
  "OPTIONS",
  "CONNECT",
  "TRACE",
  "QUERY",
  "PURGE",
  "PROPFIND",
  "MKCOL",
  "REPORT",
  "VERSION-CONTROL",
])("%s is known", (method) => expect(isKnownMethod(method)).toBe(true));

test.each(["", "get", "Get", "FOO", "SOURCE", "PRI", "GET ", "DESCRIBE", "constructor"])("%j is not", (method) => {
  expect(isKnownMethod(method)).toBe(false);
});

test.each(["GET", "HEAD", "PUT", "DELETE", "OPTIONS", "TRACE", "QUERY", "PROPFIND"])(
  "%s may be sent twice",
  (method) => {
    expect(isIdempotent(method)).toBe(true);
  },
);

test.each(["POST", "PATCH", "PURGE", "LOCK", "MKCOL", "get", ""])("%j may not", (method) => {
  expect(isIdempotent(method)).toBe(false);
});
