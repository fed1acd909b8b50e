// What a load balancer or proxy in front says of its clients: believed from who is trusted, of nobody else.
import { connect as connectHttp2 } from "node:http2";
import { connect } from "node:net";
import { describe, expect, onTestFinished, test } from "vitest";
import { ask, responseOn } from "../support/http2-client.ts";
import { values } from "../support/message.ts";
import { RawClient } from "../support/raw-client.ts";
import { RecordingUpstream } from "../support/recording-upstream.ts";
import { type GatewaySketch, startDataPlane } from "../support/start-data-plane.ts";

const CHAIN = "X-Forwarded-For: 10.6.6.6, 198.51.100.4\r\nX-Forwarded-For: 127.0.0.9\r\n";
const TOLD = `${CHAIN}X-Forwarded-Proto: https\r\nX-Forwarded-Host: shop.example:444, inner.example\r\nX-Forwarded-Port: 444\r\nX-Real-IP: 6.6.6.6\r\n`;
const LOOPBACK = ["127.0.0.0/8", "10.0.0.0/8"];
const NAMES = ["host", "x-forwarded-for", "x-real-ip", "x-forwarded-proto", "x-forwarded-host", "x-forwarded-port"];

async function start(sketch: Partial<GatewaySketch>) {
  const upstream = await RecordingUpstream.start();
  return { upstream, gateway: await startDataPlane({ routes: [{ to: upstream }], ...sketch }) };
}

async function told(sketch: Partial<GatewaySketch>, lines: string, before = "") {
  const { upstream, gateway } = await start(sketch);
  const client = await RawClient.open(gateway.http);
  client.write(`${before}GET /x HTTP/1.1\r\nHost: test.example\r\n${lines}\r\n`);
  await client.response();
  const request = await upstream.nextRequest();
  const facts = Object.fromEntries(NAMES.map((name) => [name, values(request, name).join(" | ")]));
  const { request: seen } = await gateway.finishedCount(1);
  const [original, originalHost] = ["for", "host"].map((of) => values(request, `x-original-forwarded-${of}`));
  return { facts, original, originalHost, seen, port: String(gateway.http) };
}

function own(port: string) {
  return {
    host: "test.example",
    "x-forwarded-for": "127.0.0.1",
    "x-real-ip": "127.0.0.1",
    "x-forwarded-proto": "http",
    "x-forwarded-host": "test.example",
    "x-forwarded-port": port,
  };
}

const BELIEVED = {
  host: "shop.example:444",
  "x-forwarded-for": "198.51.100.4",
  "x-real-ip": "198.51.100.4",
  "x-forwarded-proto": "https",
  "x-forwarded-host": "shop.example:444",
  "x-forwarded-port": "444",
};

test.each<[string, Partial<GatewaySketch>]>([
  ["where it was not asked for", { trustedRanges: LOOPBACK }],
  ["from who is not trusted", { trustedRanges: ["192.0.2.0/24"], forwardedHeaders: {} }],
  ["from who is not trusted, chain and all", { trustedRanges: ["10.0.0.0/8"], forwardedHeaders: { full: true } }],
])("HF15: nothing is believed %s", async (_what, sketch) => {
  const { facts, original, originalHost, seen, port } = await told(sketch, TOLD);
  expect(facts).toEqual(own(port));
  expect(original).toEqual(["10.6.6.6, 198.51.100.4, 127.0.0.9"]);
  expect(originalHost).toEqual(["shop.example:444, inner.example"]);
  expect(seen).toMatchObject({ clientAddress: "127.0.0.1", scheme: "http", authority: "test.example" });
});

test("from who is trusted, the client is the right-most that is not, whatever it claims itself", async () => {
  const { facts, original, originalHost, seen } = await told({ trustedRanges: LOOPBACK, forwardedHeaders: {} }, TOLD);
  expect(facts).toEqual(BELIEVED);
  expect(original).toEqual(["10.6.6.6, 198.51.100.4, 127.0.0.9"]);
  expect(originalHost).toEqual(["shop.example:444, inner.example"]);
  expect(seen).toMatchObject({ clientAddress: "198.51.100.4", scheme: "https", host: "test.example" });
});

test("the whole chain goes on where that is asked for, with who came to us at its end", async () => {
  const full = { trustedRanges: LOOPBACK, forwardedHeaders: { full: true } };
  const { facts } = await told(full, CHAIN);
  expect([facts["x-forwarded-for"], facts["x-real-ip"]]).toEqual([
    "10.6.6.6, 198.51.100.4, 127.0.0.9, 127.0.0.1",
    "198.51.100.4",
  ]);
  expect((await told(full, "")).facts["x-forwarded-for"]).toBe("127.0.0.1");
});

test("the address is read from the field that was named, and from no other", async () => {
  const sketch = { trustedRanges: LOOPBACK, forwardedHeaders: { field: "CF-Connecting-IP" } };
  const { facts, original } = await told(sketch, `${CHAIN}CF-Connecting-IP: 192.0.2.8\r\n`);
  expect([facts["x-forwarded-for"], original]).toEqual(["192.0.2.8", ["192.0.2.8"]]);
  expect((await told(sketch, CHAIN)).facts["x-forwarded-for"]).toBe("127.0.0.1");
});

test.each([
  ["nothing", ""],
  ["malformed addresses", "X-Forwarded-For: unknown\r\n"],
  ["another scheme", "X-Forwarded-Proto: gopher\r\n"],
  ["no port", "X-Forwarded-Port: 0\r\nX-Forwarded-Port: 80\r\n"],
  ["a port too large", "X-Forwarded-Port: 65536\r\n"],
  ["no host", "X-Forwarded-Host: a b\r\n"],
  ["a host with a user", "X-Forwarded-Host: user@shop.example\r\n"],
  ["an empty host", "X-Forwarded-Host: , shop.example\r\n"],
])("what is malformed stays as the connection has it: %s", async (_what, lines) => {
  const { facts, port } = await told({ trustedRanges: LOOPBACK, forwardedHeaders: {} }, lines);
  expect(facts).toEqual(own(port));
});

test("behind the PROXY protocol it is believed from whom the header names, where that is trusted", async () => {
  const sketch = { trustedRanges: LOOPBACK, forwardedHeaders: {}, proxyProtocol: true };
  const proxy = await told(sketch, TOLD, "PROXY TCP4 10.0.0.5 203.0.113.5 1234 80\r\n");
  expect(proxy.facts).toEqual(BELIEVED);
  const client = await told(sketch, TOLD, "PROXY TCP4 192.0.2.1 203.0.113.5 1234 80\r\n");
  expect(client.facts).toEqual({ ...own("80"), "x-forwarded-for": "192.0.2.1", "x-real-ip": "192.0.2.1" });
});

test("HTTP/2 is believed as HTTP/1 is", async () => {
  const { gateway, upstream } = await start({ trustedRanges: LOOPBACK, forwardedHeaders: {} });
  const socket = connect(gateway.http, "127.0.0.1");
  const session = connectHttp2("http://test.example", { createConnection: () => socket });
  onTestFinished(() => session.destroy());
  const fields = { "x-forwarded-for": "10.6.6.6, 198.51.100.4", "x-forwarded-proto": "https" };
  expect((await responseOn(ask(session, { ":path": "/x", ...fields }))).status).toBe(200);
  const request = await upstream.nextRequest();
  expect([values(request, "x-real-ip"), values(request, "x-forwarded-proto")]).toEqual([["198.51.100.4"], ["https"]]);
});

describe("the redirect to https", () => {
  async function redirected(sketch: Partial<GatewaySketch>, lines: string) {
    const { upstream, gateway } = await start({ publicPorts: { http: 80, https: 443 }, ...sketch });
    gateway.apply([{ to: upstream, middleware: [{ use: "https-redirect", options: {} }] }]);
    const client = await RawClient.open(gateway.http);
    client.write(`GET /x HTTP/1.1\r\nHost: test.example\r\n${lines}\r\n`);
    const response = await client.response();
    return [response.status, ...values(response, "location")];
  }
  const trusting = { trustedRanges: LOOPBACK, forwardedHeaders: {} };

  test("believes a load balancer that ended TLS: no loop", async () => {
    expect(await redirected(trusting, "X-Forwarded-Proto: https\r\n")).toEqual([200]);
    expect(await redirected(trusting, "X-Forwarded-Proto: HTTPS, http\r\n")).toEqual([200]);
    expect(await redirected(trusting, "X-Forwarded-Proto: http\r\n")).toEqual([308, "https://test.example/x"]);
  });

  test("goes to the host the client asked the load balancer for", async () => {
    const lines = "X-Forwarded-Proto: http\r\nX-Forwarded-Host: shop.example:80\r\n";
    expect(await redirected(trusting, lines)).toEqual([308, "https://shop.example/x"]);
  });

  test("believes nobody else", async () => {
    const lines = "X-Forwarded-Proto: https\r\nX-Forwarded-Host: evil.example\r\n";
    expect(await redirected({ trustedRanges: ["192.0.2.0/24"], forwardedHeaders: {} }, lines)).toEqual([
      308,
      "https://test.example/x",
    ]);
  });
});
