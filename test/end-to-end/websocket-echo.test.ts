import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { expect, onTestFinished, test } from "vitest";
import { WebSocket, WebSocketServer } from "ws";
import { nodeUpstream } from "../support/servers.ts";
import { startDataPlane, type GatewaySketch } from "../support/start-data-plane.ts";
import { testAuthority } from "../support/test-authority.ts";

interface Echo {
  readonly port: number;
  readonly sockets: WebSocketServer;
}

async function echoUpstream(): Promise<Echo> {
  const { port, server } = await nodeUpstream((_request, response) => response.writeHead(426).end());
  const sockets = new WebSocketServer({ server, handleProtocols: (asked) => (asked.has("b") ? "b" : false) });
  sockets.on("connection", (socket) => {
    socket.on("error", () => {});
    socket.on("message", (data, isBinary) => socket.send(data, { binary: isBinary }));
  });
  onTestFinished(() => sockets.close());
  return { port, sockets };
}

async function openWebSocket(url: string, options = {}): Promise<WebSocket> {
  const socket = new WebSocket(url, ["a", "b"], {
    headers: { Host: "test.example" },
    perMessageDeflate: false,
    ...options,
  });
  onTestFinished(() => socket.terminate());
  await once(socket, "open");
  return socket;
}

async function start(echo: Echo, sketch: Partial<GatewaySketch> = {}) {
  return startDataPlane({ routes: [{ to: echo }], ...sketch });
}

async function exchangeEverything(socket: WebSocket): Promise<void> {
  expect(socket.protocol).toBe("b");
  const hear = async () => (await once(socket, "message")) as [Buffer, boolean];

  let heard = hear();
  socket.send("grüß dich");
  let [data, isBinary] = await heard;
  expect([data.toString(), isBinary]).toEqual(["grüß dich", false]);

  heard = hear();
  const fragments = [randomBytes(10), randomBytes(70_000), randomBytes(1)];
  fragments.forEach((fragment, index) => socket.send(fragment, { fin: index === 2, binary: true }));
  [data, isBinary] = await heard;
  expect(isBinary).toBe(true);
  expect(data.equals(Buffer.concat(fragments))).toBe(true);

  heard = hear();
  const large = randomBytes(1_048_576);
  socket.send(large);
  [data] = await heard;
  expect(data.equals(large)).toBe(true);

  const pong = once(socket, "pong");
  socket.ping("are you there");
  expect(String((await pong)[0])).toBe("are you there");
}

test("text, fragments, a message of 1 MiB and pings go through, over http", async () => {
  const gateway = await start(await echoUpstream());
  await exchangeEverything(await openWebSocket(`ws://127.0.0.1:${gateway.http}/ws`));
});

test("and over https", async () => {
  const { ca, issue } = await testAuthority();
  const gateway = await start(await echoUpstream(), { defaultCertificate: await issue("test.example") });
  await exchangeEverything(
    await openWebSocket(`wss://127.0.0.1:${gateway.https}/ws`, { ca, servername: "test.example" }),
  );
});

test("close codes reach the other side, both ways", async () => {
  const echo = await echoUpstream();
  const gateway = await start(echo);

  const accepted = once(echo.sockets, "connection");
  const leaving = await openWebSocket(`ws://127.0.0.1:${gateway.http}/ws`);
  const atUpstream = once(((await accepted) as [WebSocket])[0], "close");
  leaving.close(4001, "had enough");
  const [code, reason] = (await atUpstream) as [number, Buffer];
  expect([code, String(reason)]).toEqual([4001, "had enough"]);

  const acceptedNext = once(echo.sockets, "connection");
  const left = await openWebSocket(`ws://127.0.0.1:${gateway.http}/ws`);
  const atClient = once(left, "close");
  ((await acceptedNext) as [WebSocket])[0].close(4002, "go away");
  const [clientCode, clientReason] = (await atClient) as [number, Buffer];
  expect([clientCode, String(clientReason)]).toEqual([4002, "go away"]);
  const last = await gateway.finishedCount(2);
  expect([last.record.status, last.record.tunnelled, last.record.failure]).toEqual([101, true, null]);
});

test("a client that vanishes is noticed by the upstream, and the reverse", async () => {
  const echo = await echoUpstream();
  const gateway = await start(echo);
  for (const who of ["client", "upstream"] as const) {
    const accepted = once(echo.sockets, "connection");
    const socket = await openWebSocket(`ws://127.0.0.1:${gateway.http}/ws`);
    const [peer] = (await accepted) as [WebSocket];
    const seen = once(who === "client" ? peer : socket, "close");
    (who === "client" ? socket : peer).terminate();
    expect((await seen)[0]).toBe(1006);
  }
  expect((await gateway.finishedCount(2)).record.tunnelled).toBe(true);
});

test("an upstream that refuses the upgrade is heard", async () => {
  const upstream = await nodeUpstream((_request, response) => response.writeHead(403).end("no sockets here"));
  const gateway = await startDataPlane({ routes: [{ to: upstream }] });
  const socket = new WebSocket(`ws://127.0.0.1:${gateway.http}/ws`, { headers: { Host: "test.example" } });
  socket.on("error", () => {});
  onTestFinished(() => socket.terminate());
  const [, response] = (await once(socket, "unexpected-response")) as [unknown, { statusCode: number }];
  expect(response.statusCode).toBe(403);
});
