import { once } from "node:events";
import { expect, test } from "vitest";
import { ask, get, openSession, responseOn, startHttp2Gateway } from "../support/http2-client.ts";
import { ManualClock } from "../support/manual-clock.ts";
import { encodeFields, END_HEADERS, END_STREAM, FRAME, frame, RawHttp2, requestFields } from "../support/raw-http2.ts";
import { markerAnswer, RecordingUpstream } from "../support/recording-upstream.ts";

const INTERNAL_ERROR = 2;
const CANCEL = 8;

test("a client that resets its stream ends the upstream's work, and no other stream's", async () => {
  const upstream = await RecordingUpstream.start({
    onRequest: (request) => (request.target === "/held" ? null : markerAnswer(request)),
  });
  const gateway = await startHttp2Gateway({ routes: [{ to: upstream }] });
  const session = await openSession(gateway);
  const held = ask(session, { ":path": "/held" });
  const { connection } = await upstream.nextRequest();
  held.close(CANCEL);
  await connection.closed();
  const { record } = await gateway.finishedCount(1);
  expect([record.failure, record.status]).toEqual(["client_closed", 499]);
  expect((await get(session, "/other")).status).toBe(200);
});

test("a client that leaves with streams in flight: each ends at its upstream", async () => {
  const upstream = await RecordingUpstream.start({ onRequest: () => null });
  const gateway = await startHttp2Gateway({ routes: [{ to: upstream }] });
  const session = await openSession(gateway);
  for (let count = 0; count < 5; count++) ask(session, { ":path": `/${count}` });
  for (let count = 0; count < 5; count++) await upstream.nextRequest();
  session.destroy();
  for (const connection of upstream.connections) await connection.closed();
  await gateway.finishedCount(5);
  expect(gateway.finished.map(({ record }) => record.status)).toEqual([499, 499, 499, 499, 499]);
});

test("in the middle of a response: the upstream's connection is closed", async () => {
  const upstream = await RecordingUpstream.start({
    onRequest: () => "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello",
  });
  const gateway = await startHttp2Gateway({ routes: [{ to: upstream }] });
  const asked = ask(await openSession(gateway), { ":path": "/" });
  await once(asked, "data");
  const { connection } = await upstream.nextRequest();
  asked.close(CANCEL);
  await connection.closed();
  const { record } = await gateway.finishedCount(1);
  expect([record.failure, record.status, record.responseBytes]).toEqual(["client_closed", 200, 5]);
});

test("a client that closes its side of the connection is gone", async () => {
  const upstream = await RecordingUpstream.start({ onRequest: () => null });
  const gateway = await startHttp2Gateway({ routes: [{ to: upstream }] });
  const client = await RawHttp2.open(gateway);
  client.request(1, requestFields());
  const { connection } = await upstream.nextRequest();
  client.socket.end();
  await connection.closed();
  await client.closed();
  expect((await gateway.finishedCount(1)).record.status).toBe(499);
});

test("a client that says GOAWAY and leaves is gone, and one that stays gets its response", async () => {
  const upstream = await RecordingUpstream.start({ onRequest: () => null });
  const gateway = await startHttp2Gateway({ routes: [{ to: upstream }] });
  const goaway = frame(FRAME.goaway, 0, 0, Buffer.alloc(8));
  const leaves = await RawHttp2.open(gateway);
  leaves.request(1, requestFields());
  const { connection } = await upstream.nextRequest();
  leaves.write(goaway);
  leaves.socket.end();
  await connection.closed();
  await leaves.closed();
  const stays = await RawHttp2.open(gateway);
  stays.request(1, requestFields());
  const request = await upstream.nextRequest();
  stays.write(goaway);
  request.connection.write(markerAnswer(request));
  expect(await stays.outcome(1)).toBe("answered");
  await stays.closed();
});

test("a client that goes on sending behind its GOAWAY is not waited for", async () => {
  const clock = new ManualClock();
  const upstream = await RecordingUpstream.start();
  const gateway = await startHttp2Gateway({ routes: [{ to: upstream }], clock });
  const client = await RawHttp2.open(gateway);
  client.write(
    post(1, 0),
    frame(FRAME.goaway, 0, 0, Buffer.alloc(8)),
    post(3, 0),
    frame(FRAME.data, 0, 1, Buffer.of(1)),
  );
  await upstream.connection(0);
  client.write(post(5, 0), frame(FRAME.ping, 0, 0, Buffer.alloc(8)));
  for (let step = 0; gateway.dataPlane.connectionCount > 0 && step < 300; step++) {
    clock.advance(1000);
    await new Promise(setImmediate);
  }
  expect(gateway.dataPlane.connectionCount).toBe(0);
});

for (const how of ["end", "reset"] as const) {
  for (const beginning of ["Content-Length: 10\r\n\r\nhello", "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n"]) {
    test(`an upstream that dies in the middle of a body (${how}, ${beginning.slice(0, 8)}): the stream is reset`, async () => {
      const upstream = await RecordingUpstream.start({
        onRequest: ({ target }) => (target === "/dies" ? `HTTP/1.1 200 OK\r\n${beginning}` : null),
      });
      const gateway = await startHttp2Gateway({ routes: [{ to: upstream }] });
      const session = await openSession(gateway);
      const asked = ask(session, { ":path": "/dies" });
      const whole = responseOn(asked);
      await once(asked, "data");
      (await upstream.connection(0))[how]();
      await expect(whole).rejects.toThrow(`code ${INTERNAL_ERROR}`);
      const { record } = await gateway.finishedCount(1);
      expect([record.failure, record.status, record.responseBytes]).toEqual(["upstream_truncated", 200, 5]);
      expect(session.destroyed).toBe(false);
    });
  }
}

test("an upstream that dies before it answers: 502", async () => {
  const upstream = await RecordingUpstream.start({ onRequest: () => null });
  const gateway = await startHttp2Gateway({ routes: [{ to: upstream }] });
  const asked = responseOn(ask(await openSession(gateway), { ":path": "/" }));
  (await upstream.nextRequest()).connection.reset();
  expect((await asked).status).toBe(502);
});

test("a status that HTTP/2 cannot carry here: 502", async () => {
  const upstream = await RecordingUpstream.start({ onRequest: () => "HTTP/1.1 999 X\r\nContent-Length: 0\r\n\r\n" });
  const gateway = await startHttp2Gateway({ routes: [{ to: upstream }] });
  expect((await get(await openSession(gateway), "/")).status).toBe(502);
  expect((await gateway.finishedCount(1)).record.failure).toBe("upstream_invalid");
});

const post = (stream: number, flags: number): Buffer =>
  frame(FRAME.headers, END_HEADERS | flags, stream, encodeFields(requestFields().with(0, [":method", "POST"])));

test("a request body that stops coming: 408", async () => {
  const clock = new ManualClock();
  const upstream = await RecordingUpstream.start();
  const gateway = await startHttp2Gateway({ routes: [{ to: upstream }], clock });
  const client = await RawHttp2.open(gateway);
  client.write(post(1, 0), frame(FRAME.data, 0, 1, Buffer.from("hello")));
  const connection = await upstream.connection(0);
  await connection.until("the first part", ({ received }) => received.includes("hello"));
  clock.advance(40_000);
  expect(await client.outcome(1)).toBe("answered");
  await connection.closed();
  expect((await gateway.finishedCount(1)).record.failure).toBe("request_timeout");
});

test("a client that never opens its window: the stream is reset, the session goes on", async () => {
  const clock = new ManualClock();
  const upstream = await RecordingUpstream.start({
    onRequest: ({ target }) =>
      `HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n${"a".repeat(target === "/x" ? 100_000 : 0)}`,
  });
  const gateway = await startHttp2Gateway({ routes: [{ to: upstream }], clock });
  const client = await RawHttp2.open(gateway);
  client.request(1, requestFields());
  await client.frame(FRAME.headers, 1);
  await gateway.finishedCount(1);
  clock.advance(20_000);
  client.write(frame(FRAME.ping, 0, 0, Buffer.alloc(8)));
  await client.frame(FRAME.ping, 0);
  expect(client.frames.some(({ type }) => type === FRAME.rst)).toBe(false);
  clock.advance(15_000);
  expect((await client.frame(FRAME.rst, 1)).payload.readUInt32BE(0)).toBe(INTERNAL_ERROR);
});

test("a session without a request ends: after the handshake, and when it is idle", async () => {
  const clock = new ManualClock();
  const upstream = await RecordingUpstream.start();
  const gateway = await startHttp2Gateway({ routes: [{ to: upstream }], clock });
  const used = await RawHttp2.open(gateway);
  used.request(1, requestFields());
  await used.frame(FRAME.data, 1);
  // Its stream is closed on our side too by the time that its next frame is answered.
  used.write(frame(FRAME.ping, 0, 0, Buffer.alloc(8)));
  await used.frame(FRAME.ping, 0);
  const silent = await RawHttp2.open(gateway, false);
  const unused = await RawHttp2.open(gateway);
  await unused.frame(FRAME.settings, 0);
  clock.advance(12_000);
  await Promise.all([silent.closed(), unused.closed()]);
  expect(unused.goaway).toBe(0);
  used.request(3, requestFields());
  await used.frame(FRAME.data, 3);
  used.write(frame(FRAME.ping, 0, 0, Buffer.alloc(8)));
  clock.advance(61_000);
  clock.advance(2_000);
  await used.closed();
  expect(used.goaway).toBe(0);
});

test("a session that has served as many requests as it may is told to go, and what it has begun is finished", async () => {
  const upstream = await RecordingUpstream.start();
  const gateway = await startHttp2Gateway({ routes: [{ to: upstream }], limits: { requestsPerConnection: 1 } });
  const client = await RawHttp2.open(gateway);
  client.request(1, requestFields());
  expect(await client.outcome(1)).toBe("answered");
  await client.closed();
  expect([client.goaway, client.frames.some(({ type, flags }) => type === FRAME.data && flags === END_STREAM)]).toEqual(
    [0, true],
  );
});
