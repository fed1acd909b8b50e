import { once } from "node:events";
import { expect, onTestFinished, test } from "vitest";
import { ManualClock } from "../support/manual-clock.ts";
import type { GatewaySketch } from "../support/start-data-plane.ts";
import { CANCEL, open, startRaw, statusOn } from "../support/http2-websocket.ts";

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
