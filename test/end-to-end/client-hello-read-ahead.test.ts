import { connect } from "node:net";
import { duplexPair } from "node:stream";
import { setImmediate as nextTurn } from "node:timers/promises";
import { once } from "node:events";
import { connect as connectTls, type ConnectionOptions } from "node:tls";
import { expect, onTestFinished, test } from "vitest";
import { writeProxyHeader } from "../../src/data-plane/proxy-protocol/write-proxy-header.ts";
import { ManualClock } from "../support/manual-clock.ts";
import { RawClient } from "../support/raw-client.ts";
import { RecordingUpstream } from "../support/recording-upstream.ts";
import { type GatewaySketch, startDataPlane } from "../support/start-data-plane.ts";
import { testAuthority } from "../support/test-authority.ts";

const PROXY_HEADER = writeProxyHeader({ address: "192.0.2.1", port: 1234 }, { address: "192.0.2.2", port: 443 });

/** A gateway with a host that makes it read every ClientHello ahead; requests go to another host. */
async function start(sketch: Partial<GatewaySketch> = {}) {
  const { ca, issue } = await testAuthority();
  const upstream = await RecordingUpstream.start();
  const gateway = await startDataPlane({
    routes: [{ to: upstream }, { host: "asked.example", to: upstream }],
    clientCertificates: { "asked.example": { id: "asked", ca, depth: 1 } },
    defaultCertificate: await issue("test.example"),
    ...sketch,
  });
  return { ca, gateway };
}

/** A TLS client whose first words go out in pieces of this many octets, behind `before`. */
async function slowly(port: number, size: number, before: Buffer, options: ConnectionOptions): Promise<RawClient> {
  const socket = connect({ port, host: "127.0.0.1", noDelay: true });
  onTestFinished(() => void socket.destroy());
  const [inner, outer] = duplexPair();
  socket.on("data", (piece) => outer.write(piece)).on("error", () => {});
  outer.once("data", (hello: Buffer) => {
    outer.pause();
    const all = Buffer.concat([before, hello]);
    void (async () => {
      for (let at = 0; at < all.length; at += size, await nextTurn()) socket.write(all.subarray(at, at + size));
      outer.on("data", (piece: Buffer) => socket.write(piece)).resume();
    })();
  });
  const client = connectTls({ socket: inner, ...options });
  await once(client, "secureConnect");
  return new RawClient(client);
}

test.for([
  ["an octet at a time", 1, false],
  ["in pieces of 100", 100, false],
  ["whole", 100_000, false],
  ["whole, in one piece with a PROXY header", 100_000, true],
  ["an octet at a time, behind a PROXY header", 1, true],
] as const)("a ClientHello that comes %s is given to TLS unharmed", async ([, size, proxied]) => {
  const { ca, gateway } = await start(proxied ? { proxyProtocol: true } : {});
  const before = proxied ? PROXY_HEADER : Buffer.alloc(0);
  const client = await slowly(gateway.https, size, before, { ca, servername: "test.example" });
  client.write("GET /x HTTP/1.1\r\nHost: test.example\r\n\r\n");
  expect((await client.response()).status).toBe(200);
});

test("plain HTTP is told so", async () => {
  const { gateway } = await start();
  const client = await RawClient.open(gateway.https);
  client.write("GET /x HTTP/1.1\r\nHost: test.example\r\n\r\n");
  expect((await client.response()).status).toBe(400);
  await client.closed();
});

test("a client that is silent, or stops within its ClientHello, is let go after ten seconds", async () => {
  const clock = new ManualClock();
  const { gateway } = await start({ clock });
  const silent = await RawClient.open(gateway.https);
  const stopped = await RawClient.open(gateway.https);
  stopped.write("\x16\x03\x01\x02\x00\x01");
  while (gateway.dataPlane.connectionCount < 2) await nextTurn();
  clock.advance(9_000);
  await nextTurn();
  expect(gateway.dataPlane.connectionCount).toBe(2);
  clock.advance(2_000);
  await Promise.all([silent.closed(), stopped.closed()]);
});

test("a ClientHello without end is cut off, and a FIN or a reset within it leaves nothing behind", async () => {
  const { gateway } = await start();
  const endless = await RawClient.open(gateway.https);
  const record = Buffer.alloc(5 + 16_000);
  record.set([22, 3, 1, 0x3e, 0x80, 1, 1, 0, 0]);
  endless.write(Buffer.concat([record, record]));
  await endless.closed();
  const leaving = await RawClient.open(gateway.https);
  leaving.write("\x16\x03\x01\x02\x00\x01");
  leaving.end();
  await leaving.closed();
  const resetting = await RawClient.open(gateway.https);
  resetting.write("\x16\x03");
  resetting.reset();
  while (gateway.dataPlane.connectionCount > 0) await nextTurn();
});
