// WebSockets to upstreams of HTTP/2 (RFC 8441): a handshake of HTTP/1.1, or an extended CONNECT, is an extended CONNECT to the upstream.
import { once } from "node:events";
import type { IncomingHttpHeaders, ServerHttp2Stream } from "node:http2";
import { describe, expect, onTestFinished, test } from "vitest";
import { WebSocket } from "ws";
import { ask, openSession, startHttp2Gateway } from "../support/http2-client.ts";
import { answerPath, Http2Upstream } from "../support/http2-upstream.ts";
import { ManualClock } from "../support/manual-clock.ts";
import { values } from "../support/message.ts";
import { RawClient } from "../support/raw-client.ts";
import { startDataPlane, type GatewaySketch } from "../support/start-data-plane.ts";
import { testAuthority } from "../support/test-authority.ts";
import { webSocketOn } from "../support/web-socket-on.ts";

const CANCEL = 8;
const HANDSHAKE =
  "GET /chat?room=1 HTTP/1.1\r\nHost: test.example\r\nConnection: upgrade\r\nUpgrade: websocket\r\nContent-Length: 0\r\n" +
  "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: chat\r\n\r\n";

type OnStream = (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => void;

async function start(onStream: OnStream, sketch: Partial<GatewaySketch> = {}, announced = true) {
  const options = { settings: { enableConnectProtocol: announced } };
  const upstream = await Http2Upstream.start({ options, onStream });
  const gateway = await startHttp2Gateway({ routes: [{ to: upstream, protocol: "h2c" }], ...sketch });
  return { upstream, gateway };
}

function accept(stream: ServerHttp2Stream): void {
  stream.respond({ ":status": 200 });
}

/** Sends each message back; what is no WebSocket is answered with its path. */
const echo: OnStream = (stream, headers) => {
  if (headers[":method"] !== "CONNECT") return answerPath(stream, headers);
  accept(stream);
  const socket = webSocketOn(stream, true);
  socket.on("message", (data, binary) => socket.send(data, { binary }));
};

async function exchangeMessages(socket: WebSocket): Promise<void> {
  for (const size of [0, 125, 65_536, 1_000_000]) {
    const message = Buffer.alloc(size, size % 251);
    const heard = once(socket, "message");
    socket.send(message);
    expect(((await heard) as [Buffer])[0].equals(message)).toBe(true);
  }
  socket.close(4001, "done");
  expect(((await once(socket, "close")) as [number])[0]).toBe(4001);
}

describe.each(["h2c", "h2"] as const)("over %s", (protocol) => {
  async function startEcho() {
    const { issue } = await testAuthority();
    const upstream = await Http2Upstream.start({
      options: { settings: { enableConnectProtocol: true } },
      onStream: echo,
      ...(protocol === "h2" ? { tls: await issue("pod.example") } : {}),
    });
    return { upstream, gateway: await startHttp2Gateway({ routes: [{ to: upstream, protocol }] }) };
  }

  test("messages of every size from a client of HTTP/1.1, beside requests on the same session", async () => {
    const { upstream, gateway } = await startEcho();
    const socket = new WebSocket(`ws://127.0.0.1:${gateway.http}/chat`, { headers: { Host: "test.example" } });
    onTestFinished(() => socket.terminate());
    await once(socket, "open");
    const client = await RawClient.open(gateway.http);
    client.write("GET /beside HTTP/1.1\r\nHost: test.example\r\n\r\n");
    expect((await client.response()).body.toString()).toBe("/beside");
    await exchangeMessages(socket);
    expect(upstream.sessions).toHaveLength(1);
    const { record } = await gateway.finishedCount(2);
    expect([record.status, record.tunnelled, record.failure, record.requestBytes > 1_065_000]).toEqual([
      101,
      true,
      null,
      true,
    ]);
  });

  test("messages of every size from a client of HTTP/2", async () => {
    const { gateway } = await startEcho();
    const session = await openSession(gateway);
    const stream = ask(
      session,
      { ":method": "CONNECT", ":protocol": "websocket", ":path": "/chat", "sec-websocket-version": "13" },
      null,
    );
    const [fields] = (await once(stream, "response")) as [Record<string, unknown>];
    expect([fields[":status"], fields["sec-websocket-accept"]]).toEqual([200, undefined]);
    await exchangeMessages(webSocketOn(stream));
  });
});

/** A WebSocket handshake over HTTP/1.1 that was answered, both ends in hand. */
async function openTunnel(sketch: Partial<GatewaySketch> = {}) {
  const arrived = Promise.withResolvers<[ServerHttp2Stream, IncomingHttpHeaders]>();
  const started = await start((stream, headers) => {
    arrived.resolve([stream, headers]);
    stream.respond({ ":status": 200, "sec-websocket-protocol": "chat" });
  }, sketch);
  const client = await RawClient.open(started.gateway.http, { halfOpen: true });
  client.write(HANDSHAKE);
  const response = await client.response();
  const [stream, headers] = await arrived.promise;
  const heard: Buffer[] = [];
  // Read from the beginning, or node:http2 closes it as soon as it has said its last.
  stream.on("data", (piece: Buffer) => heard.push(piece));
  return { ...started, client, response, stream, headers, heard: () => Buffer.concat(heard).toString() };
}

test("the handshake of HTTP/1.1 ends at the gateway, and the rest of it goes on", async () => {
  const { response, headers } = await openTunnel();
  expect(headers).toMatchObject({
    ":method": "CONNECT",
    ":protocol": "websocket",
    ":scheme": "http",
    ":path": "/chat?room=1",
    ":authority": "test.example",
    "sec-websocket-version": "13",
    "sec-websocket-protocol": "chat",
    "x-forwarded-proto": "http",
  });
  for (const name of ["sec-websocket-key", "connection", "upgrade", "content-length"])
    expect(headers).not.toHaveProperty(name);
  // RFC 6455 §1.3 has this answer to this key.
  expect([
    response.status,
    ...["upgrade", "sec-websocket-accept", "sec-websocket-protocol"].map((name) => values(response, name)),
  ]).toEqual([101, ["websocket"], ["s3pPLMBiTxaQ9kYGzzhZRbK+xOo="], ["chat"]]);
});

test("half-close goes through, both ways", async () => {
  const first = await openTunnel();
  first.client.write("all");
  first.client.end();
  await once(first.stream, "end");
  expect(first.heard()).toBe("all");
  first.stream.end("last words");
  await first.client.until("the last words", (received) => received.includes("last words"));
  await first.gateway.finishedCount(1);

  const second = await openTunnel();
  second.stream.end();
  await second.client.closed();
  second.client.write("last words");
  second.client.end();
  await once(second.stream, "end");
  expect(second.heard()).toBe("last words");
  const { record } = await second.gateway.finishedCount(1);
  expect([record.tunnelled, record.requestBytes, record.responseBytes]).toEqual([true, 10, 0]);
});

test("a reset of either side reaches the other", async () => {
  const first = await openTunnel();
  first.client.reset();
  await once(first.stream, "close");
  expect(first.stream.rstCode).toBe(CANCEL);
  const second = await openTunnel();
  second.stream.close(CANCEL);
  await second.client.closed();
  const third = await openTunnel();
  third.upstream.sessions[0]?.destroy();
  await third.client.closed();
  const fourth = await openTunnel();
  fourth.client.end();
  await once(fourth.stream, "end");
  // Without the end of its own half, which `close` would send first.
  fourth.stream.destroy(new Error("reset"));
  await fourth.client.closed();
  await Promise.all([first, second, third, fourth].map(({ gateway }) => gateway.finishedCount(1)));
});

test("a tunnel in which nothing moves outlasts the time to read, and ends after its own", async () => {
  const clock = new ManualClock();
  const { client, stream } = await openTunnel({
    clock,
    timeouts: { upstreamRead: 5_000, tunnelIdle: 60_000, eventLoop: 1e9 },
  });
  const advance = async (seconds: number): Promise<void> => {
    for (let second = 0; second < seconds; second++) {
      clock.advance(1_000);
      await new Promise(setImmediate);
    }
  };
  await advance(50);
  stream.write("still here");
  await client.until("what comes late", (received) => received.includes("still here"));
  await advance(70);
  await client.closed();
  if (!stream.closed) await once(stream, "close");
  expect(stream.rstCode).toBe(CANCEL);
});

test("an upstream that refuses is heard, and its session serves on", async () => {
  const { upstream, gateway } = await start((stream, headers) => {
    if (headers[":method"] !== "CONNECT") return answerPath(stream, headers);
    stream.respond({ ":status": 403, "content-length": 2 });
    stream.end("no");
  });
  const client = await RawClient.open(gateway.http);
  client.write(HANDSHAKE);
  const response = await client.response();
  expect([response.status, response.body.toString()]).toEqual([403, "no"]);
  client.write("GET /next HTTP/1.1\r\nHost: test.example\r\n\r\n");
  expect((await client.response()).body.toString()).toBe("/next");
  expect(upstream.sessions).toHaveLength(1);
  expect((await gateway.finishedCount(1)).record.tunnelled).toBe(false);
});

test.each([
  ["is silent about extended CONNECTs", false, 501, "upgrade_not_possible"],
  ["resets the stream", true, 502, "upstream_gave_up"],
])("an upstream that %s", async (_what, announced, status, failure) => {
  const { gateway } = await start((stream) => stream.close(CANCEL), {}, announced);
  const client = await RawClient.open(gateway.http);
  client.write(HANDSHAKE);
  expect((await client.response()).status).toBe(status);
  expect((await gateway.finishedCount(1)).record.failure).toBe(failure);
});

test("an endpoint that takes no extended CONNECT is passed over for one that does, on a session that is open too", async () => {
  const silent = await Http2Upstream.start({ onStream: answerPath });
  const willing = await Http2Upstream.start({ options: { settings: { enableConnectProtocol: true } }, onStream: echo });
  const gateway = await startDataPlane({ routes: [{ to: [silent, willing], protocol: "h2c" }] });
  // Both have a session then.
  for (const path of ["/a", "/b"]) {
    const client = await RawClient.open(gateway.http);
    client.write(`GET ${path} HTTP/1.1\r\nHost: test.example\r\n\r\n`);
    expect((await client.response()).status).toBe(200);
  }
  // Who was passed over is next in turn: all but the first, or all.
  for (let count = 0; count < 40; count++) {
    const client = await RawClient.open(gateway.http);
    client.write(HANDSHAKE);
    expect((await client.response()).status).toBe(101);
    client.reset();
  }
  await gateway.finishedCount(42);
  const attempts = gateway.finished.slice(2).map(({ record }) => record.attempts.map(({ failure }) => failure));
  const passedOver = attempts.filter((of) => of.length > 1);
  // More than the budget of retries would allow: nothing was sent.
  expect(passedOver.length).toBeGreaterThan(30);
  expect(new Set(passedOver.map(String))).toEqual(new Set(["upgrade_not_possible,"]));
  expect(silent.sessions).toHaveLength(1);
  expect(gateway.dataPlane.upstreamStatus()[0]).toMatchObject({ retries: 0 });
});

test("a client that leaves before the upstream has agreed: the stream is cancelled", async () => {
  const arrived = Promise.withResolvers<ServerHttp2Stream>();
  const upstream = await Http2Upstream.start({
    options: { settings: { enableConnectProtocol: true } },
    onStream: (stream) => arrived.resolve(stream),
  });
  const gateway = await startDataPlane({ routes: [{ to: upstream, protocol: "h2c" }] });
  const client = await RawClient.open(gateway.http);
  client.write(HANDSHAKE);
  const stream = await arrived.promise;
  client.reset();
  await once(stream, "close");
  expect(stream.rstCode).toBe(CANCEL);
});
