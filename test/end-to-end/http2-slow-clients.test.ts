// Clients of HTTP/2 that hold on to what they have by doing next to nothing. Each is ended; others are left alone.
import { setImmediate as nextTurn } from "node:timers/promises";
import { expect, test } from "vitest";
import { type Http2Gateway, startHttp2Gateway } from "../support/http2-client.ts";
import { ManualClock } from "../support/manual-clock.ts";
import { encodeFields, END_HEADERS, END_STREAM, FRAME, frame, RawHttp2, requestFields } from "../support/raw-http2.ts";
import { markerAnswer, RecordingUpstream } from "../support/recording-upstream.ts";

const LARGE = `HTTP/1.1 200 OK\r\nContent-Length: 200000\r\n\r\n${"a".repeat(200_000)}`;

async function start() {
  const clock = new ManualClock();
  const upstream = await RecordingUpstream.start({
    onRequest: (request) => {
      if (request.target === "/held") return null;
      return request.target === "/large" ? LARGE : markerAnswer(request);
    },
  });
  const gateway = await startHttp2Gateway({
    routes: [{ to: upstream, timeouts: { read: 3_600_000 } }],
    clock,
  });
  return { clock, upstream, gateway, client: await RawHttp2.open(gateway) };
}

const path = (of: string) => requestFields().with(3, [":path", of]);

/** Something every second until the connection ends. @returns the seconds that took; Infinity where it does not end in time */
async function drip(
  client: RawHttp2,
  clock: ManualClock,
  octet: (second: number) => Buffer,
  seconds = 300,
): Promise<number> {
  for (let second = 1; second <= seconds; second++) {
    if (!client.socket.writable) return second;
    client.write(octet(second));
    for (let turn = 0; turn < 10; turn++) await nextTurn();
    clock.advance(1_000);
  }
  return Infinity;
}

async function expectServed(gateway: Http2Gateway): Promise<void> {
  const other = await RawHttp2.open(gateway);
  other.request(1, requestFields());
  expect(await other.outcome(1)).toBe("answered");
}

/** The beginning of a frame that says that 16,000 octets follow: a field whose value never ends. */
function endless(type: number): Buffer {
  const head = Buffer.alloc(9);
  head.writeUIntBE(16_000, 0, 3);
  head.writeUInt8(type, 3);
  head.writeUInt32BE(3, 5);
  return Buffer.concat([head, encodeFields([["x-a", "a".repeat(15_000)]]).subarray(0, 20)]);
}

test.each([
  ["a field block", [frame(FRAME.headers, END_STREAM, 3, encodeFields(requestFields())), endless(FRAME.continuation)]],
  ["the first frame of one", [endless(FRAME.headers)]],
])("%s that comes octet by octet, while another stream is open", async (_name, begun) => {
  const { clock, upstream, gateway, client } = await start();
  client.request(1, path("/held"));
  const { connection } = await upstream.nextRequest();
  // In the middle of a block it could not answer.
  client.answersPings = false;
  client.write(...begun);
  expect(await drip(client, clock, () => Buffer.from("a"))).toBeLessThan(60);
  await client.closed();
  await connection.closed();
  await expectServed(gateway);
});

test("a field block that comes octet by octet where no stream is open", async () => {
  const { clock, gateway, client } = await start();
  client.request(1, path("/x"));
  expect(await client.outcome(1)).toBe("answered");
  client.answersPings = false;
  client.write(endless(FRAME.headers));
  expect(await drip(client, clock, () => Buffer.from("a"))).toBeLessThan(30);
  await client.closed();
  await expectServed(gateway);
});

test("a session without a stream is kept for its time, and no longer", async () => {
  const { clock, client } = await start();
  client.request(1, path("/x"));
  expect(await client.outcome(1)).toBe("answered");
  const seconds = await drip(client, clock, () => Buffer.alloc(0));
  expect([seconds > 55, seconds < 70]).toEqual([true, true]);
});

test.each([
  ["whose client is gone without a word", []],
  ["that nghttp2 has given up", [frame(FRAME.headers, END_HEADERS | END_STREAM, 3, Buffer.of(0xff, 0xff, 0xff))]],
])("a session %s does not keep its streams", async (_name, sent) => {
  const { clock, upstream, gateway, client } = await start();
  client.request(1, path("/held"));
  const { connection } = await upstream.nextRequest();
  client.answersPings = false;
  client.write(...sent);
  expect(await drip(client, clock, () => Buffer.alloc(0))).toBeLessThan(200);
  await connection.closed();
  await expectServed(gateway);
});

test("a client that is silent and answers our PINGs may wait for its response", async () => {
  const { clock, upstream, client } = await start();
  client.request(1, path("/held"));
  const request = await upstream.nextRequest();
  expect(await drip(client, clock, () => Buffer.alloc(0))).toBe(Infinity);
  request.connection.write(markerAnswer(request));
  expect(await client.outcome(1)).toBe("answered");
});

test("a client that sends whole frames now and then is none of them", async () => {
  const { clock, upstream, client } = await start();
  client.request(1, path("/held"));
  const request = await upstream.nextRequest();
  const window = frame(FRAME.windowUpdate, 0, 0, Buffer.of(0, 0, 0, 1));
  const ping = frame(FRAME.ping, 0, 0, Buffer.alloc(8));
  expect(await drip(client, clock, (second) => (second % 2 === 0 ? window : ping))).toBe(Infinity);
  request.connection.write(markerAnswer(request));
  expect(await client.outcome(1)).toBe("answered");
});

test("an upload that comes octet by octet, in one frame, is too slow by its rate and not by its frame", async () => {
  const { clock, upstream, gateway, client } = await start();
  client.request(1, requestFields().with(0, [":method", "POST"]), END_HEADERS);
  const head = Buffer.alloc(9);
  head.writeUIntBE(16_000, 0, 3);
  head.writeUInt32BE(1, 5);
  client.write(head);
  await upstream.connection(0);
  const answered = client.outcome(1);
  for (let second = 0; second < 20; second++) {
    client.write(Buffer.of(1));
    for (let turn = 0; turn < 5; turn++) await nextTurn();
    clock.advance(1_000);
  }
  expect(await answered).toBe("answered");
  expect((await gateway.finishedCount(1)).record.failure).toBe("request_timeout");
  await expectServed(gateway);
});

test.each([
  ["closed from the beginning", 0, 0],
  ["opened one octet at a time, then no more", 0, 20],
])("windows that are %s: the streams are reset, and their upstreams are free", async (_name, initial, updates) => {
  const { clock, upstream, gateway, client } = await start();
  const setting = Buffer.from([0, 4, 0, 0, 0, 0]);
  setting.writeUInt32BE(initial, 2);
  client.write(frame(FRAME.settings, 0, 0, setting));
  const streams = Array.from({ length: 20 }, (_, index) => 1 + 2 * index);
  for (const stream of streams) client.request(stream, path("/large"));
  for (const stream of streams) await client.frame(FRAME.headers, stream);
  for (let count = 0; count < updates; count++) {
    for (const stream of streams) client.write(frame(FRAME.windowUpdate, 0, stream, Buffer.of(0, 0, 0, 1)));
  }
  await expectServed(gateway);
  await drip(client, clock, () => Buffer.alloc(0), 40);
  await client.count(FRAME.rst, 20);
  for (const connection of upstream.connections) {
    if (connection.requests.some(({ target }) => target === "/large")) await connection.closed();
  }
  await expectServed(gateway);
});
