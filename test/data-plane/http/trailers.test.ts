import { expect, test } from "vitest";
import { serializeTrailers } from "../../../src/data-plane/http/trailers.ts";
import { headers } from "../../support/exchanges.ts";

test("trailers go on as they are", () => {
  expect(serializeTrailers(null)).toBe("");
  expect(serializeTrailers(headers())).toBe("");
  expect(serializeTrailers(headers(["Grpc-Status", "0"], ["X-Checksum", "abc"]))).toBe(
    "Grpc-Status: 0\r\nX-Checksum: abc\r\n",
  );
});

test.each([
  "Content-Length",
  "Transfer-Encoding",
  "Host",
  "Authorization",
  "Proxy-Authorization",
  "Cookie",
  "Set-Cookie",
  "Connection",
  "Keep-Alive",
  "TE",
  "Trailer",
  "Upgrade",
  "Content-Type",
  "Content-Encoding",
  "Content-Range",
  "Expect",
  "Max-Forwards",
  "Range",
  "Cache-Control",
  "X-Real-IP",
  "X-Request-ID",
  "Forwarded",
  "X-Scheme",
  "X-Original-Forwarded-For",
  "X-Forwarded-For",
  "x-forwarded-proto",
  "ssl-client-verify",
  "X-FORWARDED-ANYTHING",
])("CH11: %s does not", (name) => {
  expect(serializeTrailers(headers([name, "x"], ["X-Checksum", "abc"]))).toBe("X-Checksum: abc\r\n");
});
