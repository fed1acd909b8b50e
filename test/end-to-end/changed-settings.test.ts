// Settings of the snapshot change while clients are connected and requests are under way.
import { once } from "node:events";
import { connect, type ConnectionOptions, type TLSSocket } from "node:tls";
import { expect, onTestFinished, test } from "vitest";
import type { ServingSetting } from "../../src/snapshot/serving-setting.ts";
import { ManualClock } from "../support/manual-clock.ts";
import { values } from "../support/message.ts";
import { RawClient } from "../support/raw-client.ts";
import { RecordingUpstream } from "../support/recording-upstream.ts";
import { type GatewaySketch, startDataPlane } from "../support/start-data-plane.ts";
import { testAuthority } from "../support/test-authority.ts";

async function start(sketch: Partial<GatewaySketch> = {}) {
  const upstream = await RecordingUpstream.start();
  const routes = [{ to: upstream }];
  const gateway = await startDataPlane({ routes, ...sketch });
  const change = (...settings: ServingSetting[]): void => gateway.apply(routes, undefined, undefined, settings);
  return { upstream, gateway, change };
}

const ASK = "GET /x HTTP/1.1\r\nHost: test.example\r\n";
const CLAIM = "X-Forwarded-For: 198.51.100.4\r\n";

/** Whom the upstream is told a request is from. */
async function clientTold(client: RawClient, upstream: RecordingUpstream, before = ""): Promise<string[]> {
  client.write(`${before}${ASK}${CLAIM}\r\n`);
  await client.response();
  return values(await upstream.nextRequest(), "x-forwarded-for");
}

test("forwarded fields are believed of connections that come after the change, and not any more after the next", async () => {
  const { upstream, gateway, change } = await start();
  const early = await RawClient.open(gateway.http);
  expect(await clientTold(early, upstream)).toEqual(["127.0.0.1"]);
  change({ name: "proxies", forwardedHeaders: true, trusted: ["127.0.0.0/8"] });
  expect(await clientTold(await RawClient.open(gateway.http), upstream)).toEqual(["198.51.100.4"]);
  // What a connection began with holds to its end.
  expect(await clientTold(early, upstream)).toEqual(["127.0.0.1"]);
  change({ name: "proxies", forwardedHeaders: true, trusted: ["10.0.0.0/8"] });
  expect(await clientTold(await RawClient.open(gateway.http), upstream)).toEqual(["127.0.0.1"]);
  change({ name: "proxies", forwardedHeaders: true, fullChain: true, trusted: ["127.0.0.0/8"] });
  expect(await clientTold(await RawClient.open(gateway.http), upstream)).toEqual(["198.51.100.4, 127.0.0.1"]);
  change();
  expect(await clientTold(await RawClient.open(gateway.http), upstream)).toEqual(["127.0.0.1"]);
});

test("what is set is above what the data plane was started with, and that holds again afterwards", async () => {
  const { upstream, gateway, change } = await start({
    forwardedHeaders: { field: "CF-Connecting-IP" },
    trustedRanges: ["127.0.0.1"],
  });
  expect(await clientTold(await RawClient.open(gateway.http), upstream)).toEqual(["127.0.0.1"]);
  change({ name: "proxies", forwardedFor: "X-Forwarded-For" });
  expect(await clientTold(await RawClient.open(gateway.http), upstream)).toEqual(["198.51.100.4"]);
  change({ name: "proxies", forwardedHeaders: false });
  expect(await clientTold(await RawClient.open(gateway.http), upstream)).toEqual(["127.0.0.1"]);
});

test("a range that is none changes nothing", async () => {
  const { upstream, gateway, change } = await start();
  change({ name: "proxies", forwardedHeaders: true, trusted: ["127.0.0.1"] });
  expect(() => change({ name: "proxies", forwardedHeaders: true, trusted: ["10.0.0.0/33"] })).toThrow("10.0.0.0/33");
  expect(await clientTold(await RawClient.open(gateway.http), upstream)).toEqual(["198.51.100.4"]);
});

test.each(["http", "https"] as const)(
  "PROXY headers are expected of %s connections that come after the change",
  async (listener) => {
    const authority = await testAuthority();
    const { upstream, gateway, change } = await start({ defaultCertificate: await authority.issue("test.example") });
    const port = gateway[listener];
    const tls = listener === "https" ? { tls: { servername: "test.example", ca: authority.ca } } : {};
    const early = await RawClient.open(port, tls);
    expect(await clientTold(early, upstream)).toEqual(["127.0.0.1"]);
    change({ name: "proxies", proxyProtocol: true, trusted: ["127.0.0.0/8"] });
    expect(await clientTold(early, upstream)).toEqual(["127.0.0.1"]);
    if (listener === "http") {
      const header = "PROXY TCP4 192.0.2.1 203.0.113.5 1234 80\r\n";
      expect(await clientTold(await RawClient.open(port), upstream, header)).toEqual(["192.0.2.1"]);
    }
    const without = await RawClient.open(port);
    without.write(`${ASK}\r\n`);
    await without.closed();
    expect(without.received.length).toBe(0);
    change({ name: "proxies", proxyProtocol: false });
    expect(await clientTold(await RawClient.open(port, tls), upstream)).toEqual(["127.0.0.1"]);
  },
);

test("limits of heads hold for new connections, those of requests too", async () => {
  const { gateway, change } = await start();
  change({ name: "limits", values: { headBytes: 4096, targetBytes: 100, requestsPerConnection: 1 } });
  const status = async (text: string): Promise<number> => {
    const client = await RawClient.open(gateway.http);
    client.write(text);
    const [response] = await client.responsesUntilClose();
    return response?.status ?? 0;
  };
  expect(await status(`${ASK}X: ${"x".repeat(5000)}\r\n\r\n`)).toBe(431);
  expect(await status(`GET /${"x".repeat(200)} HTTP/1.1\r\nHost: test.example\r\n\r\n`)).toBe(414);
  // The only one of its connection, which is then closed.
  expect(await status(`${ASK}\r\n`)).toBe(200);
});

test("timeouts hold for connections that are there, from the next time they begin", async () => {
  const clock = new ManualClock();
  const { gateway, change } = await start({ clock });
  const client = await RawClient.open(gateway.http);
  client.write(`${ASK}\r\n`);
  await client.response();
  change({ name: "timeouts", values: { keepAlive: 5_000 } });
  client.write(`${ASK}\r\n`);
  await client.response();
  clock.advance(7_000);
  await client.closed();
});

test("idle connections to endpoints are kept as many as is set", async () => {
  const { upstream, gateway, change } = await start();
  const client = await RawClient.open(gateway.http);
  const ask = async (): Promise<void> => {
    client.write(`${ASK}\r\n`);
    await client.response();
  };
  await ask();
  await ask();
  expect(upstream.connections).toHaveLength(1);
  change({ name: "limits", values: { idleConnectionsPerEndpoint: 0 } });
  await ask();
  await ask();
  expect(upstream.connections).toHaveLength(2);
});

test("TLS is made as is set with clients that come after the change", async () => {
  const authority = await testAuthority();
  const { upstream, gateway, change } = await start({ defaultCertificate: await authority.issue("test.example") });
  const shaken = async (options: ConnectionOptions = {}): Promise<TLSSocket> => {
    const to = { port: gateway.https, host: "127.0.0.1", servername: "test.example", ca: authority.ca };
    const socket = connect({ ...to, ALPNProtocols: ["h2", "http/1.1"], ...options });
    onTestFinished(() => void socket.destroy());
    await once(socket, "secureConnect");
    return socket;
  };
  const old = { maxVersion: "TLSv1.2" } as const;
  const early = await RawClient.open(gateway.https, { tls: { servername: "test.example", ca: authority.ca } });
  expect((await shaken(old)).getProtocol()).toBe("TLSv1.2");
  expect((await shaken()).alpnProtocol).toBe("h2");

  change({ name: "tls", minVersion: "TLSv1.3", maxVersion: "TLSv1.3" }, { name: "http2", offered: false });
  await expect(shaken(old)).rejects.toThrow(/protocol version/i);
  const modern = await shaken();
  expect([modern.getProtocol(), modern.alpnProtocol]).toEqual(["TLSv1.3", "http/1.1"]);
  // Who is there stays.
  expect(await clientTold(early, upstream)).toEqual(["127.0.0.1"]);

  change({ name: "tls", ciphers: "ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384" });
  expect((await shaken(old)).getCipher().name).toMatch(/AES256-GCM-SHA384$/);
  expect((await shaken()).getProtocol()).toBe("TLSv1.3");
  const none = { ...old, ciphers: "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256" };
  await expect(shaken(none)).rejects.toThrow(/handshake failure/i);
  change();
  expect((await shaken(none)).getProtocol()).toBe("TLSv1.2");
});
