import { describe, expect, test } from "vitest";
import { connectionOptions } from "../../../src/data-plane/http/hop-by-hop.ts";
import { askedUpgrade } from "../../../src/data-plane/http/upgrade.ts";
import { headers, refusal } from "../../support/exchanges.ts";

type Line = readonly [name: string, value: string];
const CONNECTION: Line = ["Connection", "keep-alive, Upgrade"];
const KEY: Line = ["Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="];
const VERSION: Line = ["Sec-WebSocket-Version", "13"];
const upgrade = (value: string): Line => ["Upgrade", value];

interface Given {
  readonly method?: string;
  readonly version?: "1.0" | "1.1";
  readonly hasBody?: boolean;
}

function asked(
  lines: readonly Line[],
  { method = "GET", version = "1.1", hasBody = false }: Given = {},
): string | null {
  const fields = headers(...lines);
  return askedUpgrade(method, version, fields, connectionOptions(fields), hasBody);
}

describe("websocket", () => {
  const handshake = [CONNECTION, upgrade("websocket"), KEY, VERSION];

  test.each(["websocket", "WebSocket", "WEBSOCKET"])("%s is asked for", (value) => {
    expect(asked([CONNECTION, upgrade(value), KEY, VERSION])).toBe("websocket");
  });

  test.each<[string, readonly Line[], Given, string]>([
    ["with POST", handshake, { method: "POST" }, "bad_request"],
    ["with HEAD", handshake, { method: "HEAD" }, "bad_request"],
    ["in HTTP/1.0", handshake, { version: "1.0" }, "bad_request"],
    ["CO5: with a body", handshake, { hasBody: true }, "bad_request"],
    ["CO7: without Connection", [upgrade("websocket"), KEY, VERSION], {}, "bad_request"],
    [
      "CO7: Connection without upgrade",
      [["Connection", "close"], upgrade("websocket"), KEY, VERSION],
      {},
      "bad_request",
    ],
    ["CO7: without a key", [CONNECTION, upgrade("websocket"), VERSION], {}, "bad_request"],
    ["CO7: without a version", [CONNECTION, upgrade("websocket"), KEY], {}, "upgrade_required"],
    [
      "CO7: another version",
      [CONNECTION, upgrade("websocket"), KEY, ["Sec-WebSocket-Version", "8"]],
      {},
      "upgrade_required",
    ],
    ["hidden in a list", [CONNECTION, upgrade("h2c, websocket"), VERSION], {}, "bad_request"],
  ])("%s is refused", (_what, lines, given, failure) => expect(refusal(() => asked(lines, given))).toBe(failure));
});

describe("other protocols", () => {
  test("nothing is asked for", () => {
    expect(asked([])).toBeNull();
    expect(asked([CONNECTION])).toBeNull();
  });

  test.each([
    ["foo", "foo"],
    ["SPDY/3.1", "spdy/3.1"],
    ["tailscale-control-protocol", "tailscale-control-protocol"],
  ])("%s is tunnelled", (value, protocol) => {
    expect(asked([CONNECTION, upgrade(value)])).toBe(protocol);
    expect(asked([CONNECTION, upgrade(value)], { method: "POST" })).toBe(protocol);
  });

  test.each(["h2c", "H2C", "h2", "HTTP/2.0", "http/1.1", "HTTP", "TLS/1.2", "tls", "h2c, foo", "foo, bar"])(
    "CO6: %s is stripped, also with a body",
    (value) => {
      expect(asked([CONNECTION, upgrade(value)])).toBeNull();
      expect(asked([CONNECTION, upgrade(value)], { method: "POST", hasBody: true })).toBeNull();
    },
  );

  test("two Upgrade lines are a list", () => expect(asked([CONNECTION, upgrade("foo"), upgrade("bar")])).toBeNull());

  test("without Connection: upgrade, or in HTTP/1.0, it is a plain request", () => {
    expect(asked([upgrade("foo")])).toBeNull();
    expect(asked([["Connection", "close"], upgrade("foo")])).toBeNull();
    expect(asked([CONNECTION, upgrade("foo")], { version: "1.0", hasBody: true })).toBeNull();
  });

  test("CO5: with a body it is refused", () => {
    expect(refusal(() => asked([CONNECTION, upgrade("foo")], { hasBody: true }))).toBe("bad_request");
  });

  test.each(["", "a b", "foo/", "/", "foo;q=1", "fo\u00f6"])("%j is no protocol", (value) => {
    expect(refusal(() => asked([CONNECTION, upgrade(value)]))).toBe("bad_request");
  });
});
