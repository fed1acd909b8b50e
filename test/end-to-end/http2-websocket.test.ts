// WebSockets over HTTP/2 (RFC 8441): an extended CONNECT is a WebSocket handshake of HTTP/1.1 to the upstream, and its stream a tunnel.
import { once } from "node:events";
import type { ClientHttp2Session, ClientHttp2Stream, OutgoingHttpHeaders } from "node:http2";
import type { AddressInfo } from "node:net";
import { createHash } from "node:crypto";
import { expect, onTestFinished, test } from "vitest";
import { WebSocketServer, type ServerOptions } from "ws";
import { ask, get, openSession, responseOn, startHttp2Gateway } from "../support/http2-client.ts";
import { ManualClock } from "../support/manual-clock.ts";
import { values } from "../support/message.ts";
import type { GatewaySketch } from "../support/start-data-plane.ts";
import { type RecordedRequest, RecordingUpstream } from "../support/recording-upstream.ts";
import { webSocketOn } from "../support/web-socket-on.ts";

const CANCEL = 8;
const UPGRADE = { ":method": "CONNECT", ":protocol": "websocket", ":path": "/chat", "sec-websocket-version": "13" };

function open(session: ClientHttp2Session, more: OutgoingHttpHeaders = {}): ClientHttp2Stream {
  return ask(session, { ...UPGRADE, ...more }, null);
}

/** The status on a stream that stays open. */
async function statusOn(stream: ClientHttp2Stream): Promise<number> {
  const [fields] = (await once(stream, "response")) as [{ ":status": number }];
  return fields[":status"];
}

async function startWebSocketServer(options: ServerOptions = {}): Promise<{ port: number }> {
  const server = new WebSocketServer({ host: "127.0.0.1", port: 0, ...options });
  await once(server, "listening");
  onTestFinished(() => {
    for (const client of server.clients) client.terminate();
    server.close();
  });
  server.on("connection", (socket) => socket.on("message", (data, binary) => socket.send(data, { binary })));
  return { port: (server.address() as AddressInfo).port };
}

test("messages of every size go both ways, beside requests on the same session", async () => {
  const upstream = await startWebSocketServer();
  const files = await RecordingUpstream.start();
  const gateway = await startHttp2Gateway({ routes: [{ path: "/chat", to: upstream }, { to: files }] });
  const session = await openSession(gateway);
  const stream = open(session);
  expect(await statusOn(stream)).toBe(200);
  expect(session.remoteSettings.enableConnectProtocol).toBe(true);
  const socket = webSocketOn(stream);
  for (const size of [0, 1, 125, 126, 65_535, 65_536, 3_000_000]) {
    const message = Buffer.alloc(size, size % 251);
    socket.send(message);
    const [echo] = (await once(socket, "message")) as [Buffer];
    expect([size, createHash("sha1").update(echo).digest("hex")]).toEqual([
      size,
      createHash("sha1").update(message).digest("hex"),
    ]);
    expect((await get(session, "/file")).status).toBe(200);
  }
  socket.close(1000, "done");
  const [code] = (await once(socket, "close")) as [number];
  expect(code).toBe(1000);
  await gateway.finishedCount(8);
  const { record } = gateway.finished.find(({ request }) => request.path === "/chat") as (typeof gateway.finished)[0];
  expect([record.status, record.tunnelled, record.failure]).toEqual([200, true, null]);
  expect(record.requestBytes).toBeGreaterThan(3_131_000);
  expect(record.responseBytes).toBeGreaterThan(3_131_000);
});

test("subprotocols and extensions are the client's and the upstream's affair", async () => {
  const upstream = await startWebSocketServer({
    perMessageDeflate: true,
    handleProtocols: (protocols) => [...protocols].at(-1) ?? false,
  });
  const session = await openSession(await startHttp2Gateway({ routes: [{ to: upstream }] }));
  const stream = open(session, {
    origin: "https://test.example",
    "sec-websocket-protocol": "one, two",
    "sec-websocket-extensions": "permessage-deflate; client_max_window_bits",
  });
  const [fields] = (await once(stream, "response")) as [Record<string, string>];
  expect(fields["sec-websocket-protocol"]).toBe("two");
  expect(fields["sec-websocket-extensions"]).toContain("permessage-deflate");
  expect(Object.keys(fields)).not.toContain("sec-websocket-accept");
  expect(Object.keys(fields)).not.toContain("upgrade");
  stream.close();
});

/** An upstream that answers the handshake itself, in the right way unless another answer is given. */
async function startRaw(answer?: (request: RecordedRequest) => string, sketch: Partial<GatewaySketch> = {}) {
  const upstream = await RecordingUpstream.start({ onRequest: answer ?? accept });
  const gateway = await startHttp2Gateway({ routes: [{ to: upstream }], ...sketch });
  return { upstream, gateway, session: await openSession(gateway) };
}

function accept(request: RecordedRequest): string {
  const [key = ""] = values(request, "sec-websocket-key");
  const answer = createHash("sha1").update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest("base64");
  return `HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: ${answer}\r\n\r\n`;
}

test("the upstream gets a handshake of HTTP/1.1 with a key of our own", async () => {
  const { upstream, session } = await startRaw();
  const key = Buffer.alloc(16).toString("base64");
  await statusOn(open(session, { "sec-websocket-key": key, origin: "https://test.example" }));
  const request = await upstream.nextRequest();
  expect(request.startLine).toBe("GET /chat HTTP/1.1");
  const told = ["host", "connection", "upgrade", "sec-websocket-version", "origin", "x-forwarded-proto"];
  expect(told.map((name) => values(request, name))).toEqual([
    ["test.example"],
    ["upgrade"],
    ["websocket"],
    ["13"],
    ["https://test.example"],
    ["https"],
  ]);
  const keys = values(request, "sec-websocket-key");
  expect([keys.length, Buffer.from(keys[0] ?? "", "base64").length]).toEqual([1, 16]);
  expect(keys[0]).not.toBe(key);
});

test("what the client sends before the upstream has agreed waits", async () => {
  const { upstream, session } = await startRaw(() => "");
  const stream = open(session);
  stream.write("early");
  const request = await upstream.nextRequest();
  await new Promise((answered) => session.ping(answered));
  expect(request.connection.rest.length).toBe(0);
  request.connection.write(accept(request));
  await request.connection.until("what came early", ({ rest }) => rest.toString() === "early");
});

test.each([
  ["403 Forbidden", "Content-Length: 2\r\n\r\nno", 403, "no"],
  ["302 Found", "Location: /login\r\nContent-Length: 0\r\n\r\n", 302, ""],
  [
    "426 Upgrade Required",
    "Sec-WebSocket-Version: 8\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nno\r\n0\r\n\r\n",
    426,
    "no",
  ],
])("an upstream that refuses: %s", async (line, rest, status, body) => {
  const { gateway, session } = await startRaw(() => `HTTP/1.1 ${line}\r\n${rest}`);
  const response = await responseOn(open(session));
  expect([response.status, response.body.toString()]).toEqual([status, body]);
  expect((await gateway.finishedCount(1)).record.tunnelled).toBe(false);
});

test.each([
  ["200, which over HTTP/2 would be a tunnel", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"],
  [
    "101 for another key",
    "HTTP/1.1 101 X\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n",
  ],
  ["101 without Sec-WebSocket-Accept", "HTTP/1.1 101 X\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n"],
  ["101 for another protocol", "HTTP/1.1 101 X\r\nConnection: Upgrade\r\nUpgrade: other\r\n\r\n"],
])("an upstream that answers wrong is 502: %s", async (_name, answer) => {
  const { upstream, gateway, session } = await startRaw(() => answer);
  expect((await responseOn(open(session))).status).toBe(502);
  expect((await gateway.finishedCount(1)).record.failure).toBe("upstream_invalid");
  if (answer.includes("101")) await (await upstream.connection(0)).closed();
});

test.each([
  ["another protocol", { ":protocol": "connect-udp" }, 501],
  ["another version", { "sec-websocket-version": "8" }, 426],
  ["no version", { "sec-websocket-version": undefined }, 426],
  ["a length", { "content-length": "5" }, 400],
  ["an expectation of its own", { expect: "tea" }, 417],
])("%s is refused, and the upstream not asked", async (_name, fields, status) => {
  const { upstream, session } = await startRaw();
  expect((await responseOn(open(session, fields))).status).toBe(status);
  expect(upstream.connections).toEqual([]);
});

test("a host that has no route is 404", async () => {
  const { session } = await startRaw();
  expect((await responseOn(open(session, { ":authority": "other.example" }))).status).toBe(404);
});

async function openTunnel(sketch: Partial<GatewaySketch> = {}) {
  const started = await startRaw(undefined, sketch);
  const stream = open(started.session);
  await statusOn(stream);
  return { ...started, stream, request: await started.upstream.nextRequest() };
}

test("half-close: the client's end is the upstream's FIN, and what the upstream still says arrives", async () => {
  const { gateway, stream, request, upstream } = await openTunnel();
  const { connection } = request;
  stream.end("last words");
  await connection.until("the client's last words", ({ rest }) => rest.toString() === "last words");
  // The recording upstream answers FIN with FIN.
  await connection.closed();
  if (!stream.closed) await once(stream.resume(), "close");
  expect(stream.rstCode).toBe(0);
  const { record } = await gateway.finishedCount(1);
  expect([record.requestBytes, record.responseBytes, upstream.requests.length]).toEqual([10, 0, 1]);
});

test("half-close: the upstream's FIN is the end of the stream, and the client may go on", async () => {
  const { gateway, stream, request } = await openTunnel();
  request.connection.write("bye");
  request.connection.end();
  const pieces: Buffer[] = [];
  stream.on("data", (piece: Buffer) => pieces.push(piece));
  await once(stream, "end");
  expect(Buffer.concat(pieces).toString()).toBe("bye");
  const closed = once(stream, "close");
  stream.end("bye too");
  await request.connection.until("the answer", ({ rest }) => rest.toString() === "bye too");
  await closed;
  const { record } = await gateway.finishedCount(1);
  expect([stream.rstCode, record.requestBytes, record.responseBytes]).toEqual([0, 7, 3]);
});

test("an upstream that breaks off: the stream is reset with CANCEL, the session goes on", async () => {
  const { gateway, session, stream, request } = await openTunnel();
  request.connection.reset();
  await once(stream, "close");
  expect([stream.rstCode, session.destroyed]).toEqual([CANCEL, false]);
  await gateway.finishedCount(1);
});

test("a client that resets its stream, or goes: the upstream's connection is closed", async () => {
  const first = await openTunnel();
  first.stream.close(CANCEL);
  await first.request.connection.closed();
  const second = await openTunnel();
  second.session.destroy();
  await second.request.connection.closed();
  await Promise.all([first.gateway.finishedCount(1), second.gateway.finishedCount(1)]);
});

test("back-pressure: a client that does not read stops the upstream, and one that reads gets every octet", async () => {
  const { stream, request } = await openTunnel();
  const { socket } = request.connection;
  const sent = 8 * 1024 * 1024;
  let queued = 0;
  const piece = Buffer.alloc(64 * 1024, 7);
  const pump = (): void => {
    while (queued < sent) {
      queued += piece.length;
      if (!socket.write(piece)) return void socket.once("drain", pump);
    }
  };
  pump();
  stream.pause();
  // What the windows and the buffers on the way take.
  for (let before = -1; before !== socket.bytesWritten - socket.writableLength;) {
    before = socket.bytesWritten - socket.writableLength;
    for (let turn = 0; turn < 50; turn++) await new Promise(setImmediate);
  }
  expect(socket.writableLength).toBeGreaterThan(0);
  let received = 0;
  await new Promise<void>((resolve) => {
    stream.on("data", (got: Buffer) => {
      received += got.length;
      if (received === sent) resolve();
    });
    stream.resume();
  });
});

test("a tunnel in which nothing moves ends after its limit", async () => {
  const clock = new ManualClock();
  const { gateway, stream, request, session } = await openTunnel({ clock, timeouts: { tunnelIdle: 300_000 } });
  const advance = async (seconds: number): Promise<void> => {
    for (let second = 0; second < seconds && !stream.closed; second += 5) {
      clock.advance(5_000);
      for (let turn = 0; turn < 5; turn++) await new Promise(setImmediate);
    }
  };
  await advance(290);
  expect([stream.closed, session.destroyed]).toEqual([false, false]);
  request.connection.write("still here");
  await once(stream, "data");
  await advance(290);
  expect(stream.closed).toBe(false);
  await advance(30);
  expect(stream.closed).toBe(true);
  expect(stream.rstCode).toBe(CANCEL);
  await request.connection.closed();
  expect((await gateway.finishedCount(1)).record.responseBytes).toBe(10);
});

test("draining waits for a tunnel as long as its grace is", async () => {
  const { gateway, stream, request, session } = await openTunnel();
  const goaway = once(session, "goaway");
  const drained = gateway.dataPlane.drain(60_000);
  await goaway;
  request.connection.write("still here");
  await once(stream, "data");
  stream.end();
  await drained;
  const second = await openTunnel();
  await second.gateway.dataPlane.drain(1);
  await second.request.connection.closed();
});

test("a tunnel without TLS, by prior knowledge", async () => {
  const { gateway } = await startRaw();
  const { connect } = await import("node:http2");
  const session = connect(`http://127.0.0.1:${gateway.http}`);
  session.on("error", () => {});
  onTestFinished(() => session.destroy());
  await once(session, "remoteSettings");
  const stream = open(session, { ":scheme": "http" });
  expect(await statusOn(stream)).toBe(200);
});
