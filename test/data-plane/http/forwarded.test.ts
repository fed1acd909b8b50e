import { expect, test } from "vitest";
import { forwardedLines } from "../../../src/data-plane/http/forwarded.ts";
import { exchange, headers } from "../../support/exchanges.ts";

const ID = "0123456789abcdef0123456789abcdef";

test("says who the client is, as ingress-nginx does", () => {
  const asked = exchange({ authority: "shop.example:8443", scheme: "https", clientAddress: "2001:db8::1" }, 443);
  expect(forwardedLines(asked).split("\r\n")).toEqual([
    `X-Request-ID: ${ID}`,
    "X-Forwarded-Host: shop.example:8443",
    "X-Real-IP: 2001:db8::1",
    "X-Forwarded-For: 2001:db8::1",
    "X-Forwarded-Port: 443",
    "X-Forwarded-Proto: https",
    "X-Forwarded-Scheme: https",
    "X-Scheme: https",
    "",
  ]);
});

test("every request of a client says the same, whatever other clients and hosts there are", () => {
  const asked = (clientAddress: string, host: string, port: number): string[] =>
    forwardedLines(exchange({ authority: host, clientAddress }, port))
      .split("\r\n")
      .slice(1, -1);
  const clients = Array.from({ length: 3000 }, (_, index) => `10.0.${index >> 8}.${index & 255}`);
  for (let round = 0; round < 3; round++) {
    for (const client of clients) {
      for (const port of [80, 81]) {
        expect(asked(client, `${client}.example`, port)).toEqual([
          `X-Forwarded-Host: ${client}.example`,
          `X-Real-IP: ${client}`,
          `X-Forwarded-For: ${client}`,
          `X-Forwarded-Port: ${port}`,
          "X-Forwarded-Proto: http",
          "X-Forwarded-Scheme: http",
          "X-Scheme: http",
        ]);
      }
    }
  }
});

test("HF15: what the client says of itself is no fact, but may be seen as what it is", () => {
  const told = headers(
    ["X-Forwarded-For", "1.2.3.4, 5.6.7.8"],
    ["X-Forwarded-Proto", "https"],
    ["X-Real-IP", "1.2.3.4"],
    ["X-Forwarded-For", "9.9.9.9"],
    ["X-Forwarded-Host", "evil.example"],
    ["X-Forwarded-Host", "worse.example"],
  );
  const lines = forwardedLines(exchange({ headers: told }));
  expect(lines).toContain("X-Forwarded-For: 203.0.113.7\r\n");
  expect(lines).toContain("X-Real-IP: 203.0.113.7\r\n");
  expect(lines).toContain("X-Forwarded-Proto: http\r\n");
  expect(lines).toContain("X-Forwarded-Host: test.example\r\n");
  expect(lines).toContain("X-Original-Forwarded-For: 1.2.3.4, 5.6.7.8, 9.9.9.9\r\n");
  expect(lines).toContain("X-Original-Forwarded-Host: evil.example, worse.example\r\n");
});
