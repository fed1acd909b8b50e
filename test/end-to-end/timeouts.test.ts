import { createServer } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { ManualClock } from "../support/manual-clock.ts";
import { RawClient } from "../support/raw-client.ts";
import { markerAnswer, RecordingUpstream, type UpstreamScript } from "../support/recording-upstream.ts";
import { startDataPlane, type Gateway } from "../support/start-data-plane.ts";

async function start(script: UpstreamScript = {}) {
  const clock = new ManualClock();
  const upstream = await RecordingUpstream.start(script);
  const gateway = await startDataPlane({
    routes: [{ path: "/ping", to: await RecordingUpstream.start() }, { to: upstream }],
    clock,
  });
  return { clock, upstream, gateway };
}

/** A request of somebody else: once answered, what was set off before it has happened. */
async function settle(gateway: Gateway): Promise<void> {
  const client = await RawClient.open(gateway.http);
  client.write("GET /ping HTTP/1.1\r\nHost: test.example\r\nConnection: close\r\n\r\n");
  await client.responsesUntilClose();
}

const ask = "GET /x HTTP/1.1\r\nHost: test.example\r\n\r\n";

test("a head must be complete within 10 s: 408", async () => {
  const { clock, gateway } = await start();
  const client = await RawClient.open(gateway.http);
  client.write("GET /x HTTP/1.1\r\nHost: te");
  await settle(gateway);
  for (let second = 0; second < 9; second++) {
    clock.advance(1_000);
    // A byte now and then does not help.
    client.write("s");
    await settle(gateway);
    expect(client.received.length).toBe(0);
  }
  clock.advance(3_000);
  const responses = await client.responsesUntilClose();
  expect(responses.map(({ status }) => status)).toEqual([408]);
});

test("a new connection that says nothing is closed without a word", async () => {
  const { clock, gateway } = await start();
  const client = await RawClient.open(gateway.http);
  await settle(gateway);
  clock.advance(9_000);
  await settle(gateway);
  expect(client.isClosed).toBe(false);
  clock.advance(3_000);
  await client.closed();
  expect(client.received.length).toBe(0);
});

test("a kept connection may be idle for 60 s", async () => {
  const { clock, gateway } = await start();
  const client = await RawClient.open(gateway.http);
  client.write(ask);
  await client.response();
  clock.advance(59_000);
  await settle(gateway);
  expect(client.isClosed).toBe(false);
  clock.advance(3_000);
  await client.closed();
  expect(client.rest.length).toBe(0);
});

test("the upstream has 60 s to answer: 504, and its connection is destroyed", async () => {
  const { clock, gateway, upstream } = await start({ onRequest: () => null });
  const client = await RawClient.open(gateway.http);
  client.write(ask);
  const { connection } = await upstream.nextRequest();
  clock.advance(59_000);
  await settle(gateway);
  expect([client.received.length, connection.isClosed]).toEqual([0, false]);
  clock.advance(3_000);
  expect((await client.response()).status).toBe(504);
  await connection.closed();
  expect(gateway.finished.at(-1)?.record.failure).toBe("upstream_timeout");
});

test("a route may say otherwise", async () => {
  const clock = new ManualClock();
  const upstream = await RecordingUpstream.start({ onRequest: () => null });
  const ping = await RecordingUpstream.start();
  const gateway = await startDataPlane({
    routes: [
      { path: "/ping", to: ping },
      { to: upstream, timeouts: { read: 5_000 } },
    ],
    clock,
  });
  const client = await RawClient.open(gateway.http);
  client.write(ask);
  await upstream.nextRequest();
  clock.advance(4_000);
  await settle(gateway);
  expect(client.received.length).toBe(0);
  clock.advance(3_000);
  expect((await client.response()).status).toBe(504);
});

test("and 60 s between two pieces of its answer: cut off", async () => {
  const { clock, gateway, upstream } = await start({
    onRequest: () => "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhe",
  });
  const client = await RawClient.open(gateway.http);
  client.write(ask);
  const { connection } = await upstream.nextRequest();
  await client.until("the first part", (received) => received.includes("\r\n\r\nhe"));
  clock.advance(59_000);
  connection.write("ll");
  await client.until("the second part", (received) => received.includes("hell"));
  clock.advance(59_000);
  await settle(gateway);
  expect([client.isClosed, connection.isClosed]).toEqual([false, false]);
  clock.advance(3_000);
  await expect(client.responsesUntilClose()).rejects.toThrow("cut off");
  await connection.closed();
});

test("a client may be silent for 30 s within its body: 408, and the upstream sees no end", async () => {
  const { clock, gateway, upstream } = await start();
  const client = await RawClient.open(gateway.http);
  client.write(`POST /x HTTP/1.1\r\nHost: test.example\r\nContent-Length: 100000\r\n\r\n${"a".repeat(50_000)}`);
  const connection = await upstream.connection(0);
  await connection.until("the first part", ({ received }) => received.length > 50_000);
  // The minimum rate does not matter here: 50,000 bytes are enough for 200 s of it.
  for (let second = 0; second < 28; second++) clock.advance(1_000);
  await settle(gateway);
  expect(connection.isClosed).toBe(false);
  for (let second = 0; second < 8; second++) clock.advance(1_000);
  const responses = await client.responsesUntilClose();
  expect(responses.map(({ status }) => status)).toEqual([408]);
  await connection.closed();
  expect(connection.requests).toEqual([]);
});

test("a pooled connection is given up after 50 s", async () => {
  const { clock, gateway, upstream } = await start();
  const client = await RawClient.open(gateway.http);
  client.write(ask);
  await client.response();
  const connection = await upstream.connection(0);
  clock.advance(49_000);
  await settle(gateway);
  expect(connection.isClosed).toBe(false);
  clock.advance(3_000);
  await connection.closed();
});

test("a TLS handshake that the upstream does not answer is given up after 3 s: 504", async () => {
  // TCP connects, since the kernel accepts; the handshake never ends, since nobody answers. A full backlog would not be certain.
  const clock = new ManualClock();
  const silent = createServer((socket) => socket.on("error", () => {}).resume());
  await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void silent.close());
  const { port } = silent.address() as { port: number };
  const gateway = await startDataPlane({
    routes: [
      { to: { port }, protocol: "https" },
      { path: "/ping", to: await RecordingUpstream.start({ onRequest: markerAnswer }) },
    ],
    clock,
  });
  const client = await RawClient.open(gateway.http);
  const accepted = new Promise((resolve) => silent.once("connection", resolve));
  client.write(ask);
  await accepted;
  clock.advance(2_000);
  await settle(gateway);
  expect(client.received.length).toBe(0);
  // It may be tried again before the client is told.
  for (let second = 0; second < 20 && client.received.length === 0; second++) {
    clock.advance(1_000);
    await settle(gateway);
  }
  expect((await client.response()).status).toBe(504);
  expect(gateway.finished.map(({ record }) => record.failure).filter((failure) => failure !== null)).toEqual([
    "connect_timeout",
  ]);
});
