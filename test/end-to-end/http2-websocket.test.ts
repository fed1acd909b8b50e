// WebSockets over HTTP/2 (RFC 8441): an extended CONNECT is a WebSocket handshake of HTTP/1.1 to the upstream, and its stream a tunnel.
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { createHash } from "node:crypto";
import { expect, onTestFinished, test } from "vitest";
import { WebSocketServer, type ServerOptions } from "ws";
import { get, openSession, responseOn, startHttp2Gateway } from "../support/http2-client.ts";
import { values } from "../support/message.ts";
import { RecordingUpstream } from "../support/recording-upstream.ts";
import { webSocketOn } from "../support/web-socket-on.ts";
import { accept, open, startRaw, statusOn } from "../support/http2-websocket.ts";

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
