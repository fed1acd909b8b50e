import { describe, expect, test } from "vitest";
import { connectionOptions, notForwarded, notReturned } from "../../../src/data-plane/http/hop-by-hop.ts";
import { headers } from "../../support/exchanges.ts";

const connection = (...values: string[]) => headers(...values.map((value) => ["Connection", value] as const));

const HOP_BY_HOP = [
  "connection",
  "keep-alive",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "content-length",
  "upgrade",
  "http2-settings",
];

describe("a request", () => {
  test.each([
    ...HOP_BY_HOP,
    "host",
    "expect",
    "proxy",
    "proxy-authorization",
    "forwarded",
    "x-real-ip",
    "x-request-id",
    "x-scheme",
    "x-forwarded-for",
    "x-forwarded-host",
    "x-forwarded-proto",
    "x-forwarded-port",
    "x-forwarded-scheme",
    "x-forwarded-anything",
    "x-original-forwarded-for",
  ])("does not take %s to the upstream", (name) => {
    expect(notForwarded(headers())(name)).toBe(true);
    // Nor does naming it in Connection make a difference.
    expect(notForwarded(connection(name))(name)).toBe(true);
  });

  test.each([
    "accept",
    "authorization",
    "cookie",
    "content-type",
    "origin",
    "x-custom",
    "via",
    "sec-websocket-key",
    "range",
  ])("takes %s to the upstream", (name) => expect(notForwarded(headers())(name)).toBe(false));

  test("leaves out what Connection names, in any spelling and any of its lines", () => {
    const dropped = notForwarded(connection("close, X-One", "keep-alive ,\tx-TWO"));
    expect(["x-one", "x-two"].map(dropped)).toEqual([true, true]);
    expect(dropped("x-three")).toBe(false);
  });

  test.each(["authorization", "cookie", "content-type", "content-encoding", "content-range", "date"])(
    "keeps %s though Connection names it",
    (name) => expect(notForwarded(connection(`close, ${name}`))(name)).toBe(false),
  );

  test.each(["close", "keep-alive", "Keep-Alive", "upgrade", "", ",", "close, keep-alive"])(
    "Connection: %j takes nothing else away",
    (value) => {
      const dropped = notForwarded(connection(value));
      expect(["accept", "x-custom", "close"].map(dropped)).toEqual([false, false, false]);
    },
  );
});

describe("a response", () => {
  test.each(HOP_BY_HOP)("does not bring %s to the client", (name) => expect(notReturned(headers())(name)).toBe(true));

  test.each(["server", "set-cookie", "location", "host", "forwarded", "x-forwarded-for", "proxy-authenticate", "via"])(
    "brings %s to the client",
    (name) => expect(notReturned(headers())(name)).toBe(false),
  );

  test("leaves out what Connection names, but for what a client decides by", () => {
    const dropped = notReturned(connection("X-Internal, Set-Cookie, Content-Type"));
    expect(["x-internal", "set-cookie", "content-type"].map(dropped)).toEqual([true, false, false]);
  });
});

test.each<[string[], string[]]>([
  [[], []],
  [["keep-alive"], ["keep-alive"]],
  [["Keep-Alive, Upgrade"], ["keep-alive", "upgrade"]],
  [
    ["close", "X-One"],
    ["close", "x-one"],
  ],
  [
    ["keep-alive", "close"],
    ["keep-alive", "close"],
  ],
  [["close,"], ["close", ""]],
])("options of Connection %j", (values, options) => {
  expect(connectionOptions(connection(...values))).toEqual(options);
});
