import { describe, expect, test } from "vitest";
import { readStreamEntry } from "../../../../src/control-plane/translate/streams/stream-entry.ts";

describe("an entry", () => {
  test.each([
    ["shop/redis:6379", { number: 6379 }, null],
    [" shop/redis:redis-port ", { name: "redis-port" }, null],
    ["shop/redis:6379:PROXY", { number: 6379 }, { in: true, out: false }],
    ["shop/redis:6379:proxy:Proxy", { number: 6379 }, { in: true, out: true }],
    ["shop/redis:6379::PROXY", { number: 6379 }, { in: false, out: true }],
    ["shop/redis:6379:", { number: 6379 }, null],
  ])("%j is read", (value, servicePort, proxyProtocol) => {
    const entry = { port: 9000, namespace: "shop", service: "redis", servicePort, proxyProtocol };
    expect(readStreamEntry("9000", value, "tcp")).toEqual({ entry });
  });

  test.each([
    "",
    "shop/redis",
    "redis:6379",
    "shop/redis:",
    "shop/redis:0",
    "shop/redis:65536",
    "shop/redis:06379",
    "shop/redis:-1",
    "shop/redis:6379:TLS",
    "shop/redis:6379:PROXY:PROXY:PROXY",
    "shop/redis/x:6379",
    "Shop/redis:6379",
    "shop/red is:6379",
  ])("%j names no port of a Service", (value) => {
    expect(readStreamEntry("9000", value, "tcp")).toMatchObject({ problem: { code: "StreamServiceInvalid" } });
  });

  test.each(["0", "65536", "09000", "http", "", "9000 ", "+9000", "9e3"])("the key %j is no port", (key) => {
    expect(readStreamEntry(key, "shop/redis:6379", "tcp")).toMatchObject({ problem: { code: "StreamPortInvalid" } });
  });

  test("PROXY is for TCP alone", () => {
    expect(readStreamEntry("53", "shop/dns:53:PROXY", "udp")).toMatchObject({
      problem: { code: "StreamProxyOverUdp" },
    });
    expect(readStreamEntry("53", "shop/dns:53", "udp")).toMatchObject({ entry: { port: 53 } });
  });
});
