// Attacks of which each frame is legal. Each must cost the upstream next to nothing, end the attacker's session, and leave others alone.
import { expect, test } from "vitest";
import { goodTraffic } from "../support/good-traffic.ts";
import { startHttp2Gateway } from "../support/http2-client.ts";
import {
  ACK,
  encodeFields,
  END_HEADERS,
  END_STREAM,
  FRAME,
  frame,
  literal,
  RawHttp2,
  requestFields,
  reset,
} from "../support/raw-http2.ts";
import { markerAnswer, RecordingUpstream } from "../support/recording-upstream.ts";

const CANCEL = 8;
const ENHANCE_YOUR_CALM = 11;
const BLOCK = encodeFields(requestFields());
const HELD = encodeFields(requestFields().with(3, [":path", "/held"]));

const get1 = (stream: number, block = BLOCK): Buffer => frame(FRAME.headers, END_HEADERS | END_STREAM, stream, block);

/** Odd numbers, as clients use them. */
function streams(first: number, count: number): number[] {
  return Array.from({ length: count }, (_, index) => first + 2 * index);
}

async function start() {
  const upstream = await RecordingUpstream.start({
    onRequest: (request) => (request.target === "/held" ? null : markerAnswer(request)),
  });
  const gateway = await startHttp2Gateway({ routes: [{ to: upstream }] });
  return { upstream, gateway, attacker: await RawHttp2.open(gateway) };
}

test("rapid reset: requests with their resets right behind them cost the upstream nothing", async () => {
  const { upstream, gateway, attacker } = await start();
  const served = goodTraffic(gateway, attacker.closed());
  attacker.write(...streams(1, 150).flatMap((stream) => [get1(stream, HELD), reset(stream, CANCEL)]));
  expect(await served).toBeGreaterThanOrEqual(10);
  expect(attacker.goaway).toBe(ENHANCE_YOUR_CALM);
  expect(upstream.requests.filter(({ target }) => target === "/held")).toEqual([]);
});

test("rapid reset, a thousand at once: nghttp2's own limit ends the session", async () => {
  const { upstream, gateway, attacker } = await start();
  const served = goodTraffic(gateway, attacker.closed());
  attacker.write(...streams(1, 1000).flatMap((stream) => [get1(stream, HELD), reset(stream, CANCEL)]));
  expect(await served).toBeGreaterThanOrEqual(10);
  expect(upstream.requests.filter(({ target }) => target === "/held")).toEqual([]);
});

test("rapid reset with a pause: requests that have reached the upstream are ended there", async () => {
  const { upstream, gateway, attacker } = await start();
  const served = goodTraffic(gateway, attacker.closed());
  for (let round = 0; round < 12; round++) {
    const some = streams(1 + round * 20, 10);
    attacker.write(...some.map((stream) => get1(stream, HELD)));
    // Answered only when what came before it was read.
    const before = attacker.frames.filter(({ type }) => type === FRAME.ping).length;
    attacker.write(frame(FRAME.ping, 0, 0, Buffer.alloc(8)));
    await attacker.count(FRAME.ping, before + 1).catch(() => {});
    attacker.write(...some.map((stream) => reset(stream, CANCEL)));
  }
  await served;
  // Lost where the attacker went on sending: then TCP resets the connection.
  expect([ENHANCE_YOUR_CALM, null]).toContain(attacker.goaway);
  for (const connection of upstream.connections) {
    if (connection.requests.some(({ target }) => target === "/held")) await connection.closed();
  }
});

test("made to reset: streams that the client makes us reset count as its own", async () => {
  const { gateway, attacker } = await start();
  const served = goodTraffic(gateway, attacker.closed());
  // A window that is opened by nothing is an error of the stream (RFC 9113 §6.9).
  const provocation = (stream: number): Buffer => frame(FRAME.windowUpdate, 0, stream, Buffer.alloc(4));
  attacker.write(...streams(1, 150).flatMap((stream) => [get1(stream, HELD), provocation(stream)]));
  expect(await served).toBeGreaterThanOrEqual(10);
});

test("a client that cancels now and then is not taken for one", async () => {
  const { upstream, attacker } = await start();
  for (let round = 0; round < 60; round++) {
    const [kept, first, cancelled] = streams(1 + round * 6, 3) as [number, number, number];
    attacker.write(get1(kept), get1(first), get1(cancelled, HELD), reset(cancelled, CANCEL));
    expect([await attacker.outcome(kept), await attacker.outcome(first)]).toEqual(["answered", "answered"]);
  }
  expect([attacker.goaway, upstream.requests.length]).toEqual([null, 120]);
});

test("more streams than were granted are refused, and those that were are served", async () => {
  const { upstream, attacker } = await start();
  const granted = streams(1, 100);
  attacker.write(...granted.map((stream) => get1(stream, HELD)), get1(201), get1(203));
  expect([await attacker.outcome(201), await attacker.outcome(203)]).toEqual([7, 7]);
  for (let count = 0; count < 100; count++) (await upstream.nextRequest()).connection.write(OK);
  for (const stream of granted) expect(await attacker.outcome(stream)).toBe("answered");
});

const OK = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

test("a field block without end is ended", async () => {
  const { gateway, attacker } = await start();
  const served = goodTraffic(gateway, attacker.closed());
  attacker.write(frame(FRAME.headers, END_STREAM, 1, BLOCK));
  for (let count = 0; count < 50; count++) {
    attacker.write(frame(FRAME.continuation, 0, 1, encodeFields([[`x-${count}`, "a".repeat(1000)]])));
  }
  expect(await served).toBeGreaterThanOrEqual(10);
});

/** What one attacker sends, over and over, until it is ended. */
const FLOODS: Readonly<Record<string, readonly Buffer[]>> = {
  PING: [frame(FRAME.ping, 0, 0, Buffer.alloc(8))],
  "SETTINGS without a setting": [frame(FRAME.settings, 0, 0)],
  "SETTINGS with as many as fit": [frame(FRAME.settings, 0, 0, Buffer.concat(streams(0, 32).map(initialWindow)))],
  "empty DATA": [frame(FRAME.data, 0, 1)],
  "PRIORITY on streams that are never opened": streams(1001, 50).map((stream) =>
    frame(FRAME.priority, 0, stream, Buffer.of(0, 0, 0, 0, 16)),
  ),
  "WINDOW_UPDATE of one octet": [frame(FRAME.windowUpdate, 0, 0, Buffer.of(0, 0, 0, 1))],
  "frames of a type that nobody knows": [frame(0xfa, 0, 0, Buffer.alloc(100))],
};

function initialWindow(value: number): Buffer {
  const setting = Buffer.from([0, 4, 0, 0, 0, 0]);
  setting.writeUInt32BE(value, 2);
  return setting;
}

test.each(Object.entries(FLOODS))("a flood of %s is survived by everybody else", async (name, frames) => {
  const { upstream, gateway, attacker } = await start();
  const attack = flood(attacker, frames);
  const served = goodTraffic(gateway, attack);
  expect(await served).toBeGreaterThanOrEqual(10);
  // What costs us an answer each, or a look, ends the session; the rest costs no more than its octets.
  if (/PING|SETTINGS|DATA/.test(name)) await attacker.closed();
  expect(upstream.requests.filter(({ target }) => target === "/held")).toEqual([]);
});

/** Opens a request that never ends, and sends these frames 2,000 times or until the connection is ended. */
async function flood(attacker: RawHttp2, frames: readonly Buffer[]): Promise<void> {
  attacker.write(frame(FRAME.headers, END_HEADERS, 1, HELD));
  for (let round = 0; round < 40 && attacker.socket.writable; round++) {
    for (let count = 0; count < 50; count++) attacker.write(...frames);
    await new Promise(setImmediate);
  }
}

test("as many PINGs and SETTINGS as a lively client sends are answered", async () => {
  const { attacker } = await start();
  for (let count = 0; count < 20; count++) attacker.write(frame(FRAME.ping, 0, 0, Buffer.alloc(8)));
  for (let count = 0; count < 20; count++) attacker.write(frame(FRAME.settings, 0, 0));
  await attacker.count(FRAME.ping, 20);
  attacker.request(1, requestFields());
  expect(await attacker.outcome(1)).toBe("answered");
  expect(attacker.goaway).toBeNull();
});

test("malformed requests, one after another, end the session", async () => {
  const { upstream, gateway, attacker } = await start();
  const served = goodTraffic(gateway, attacker.closed());
  const malformed = encodeFields(requestFields().with(3, [":path", "/../x"]));
  for (const stream of streams(1, 60)) attacker.write(get1(stream, malformed));
  expect(await served).toBeGreaterThanOrEqual(10);
  expect(upstream.requests.every(({ target }) => target === "/good")).toBe(true);
});

test("a header bomb: a field that is large once and repeated by reference (HPACK)", async () => {
  const { upstream, gateway, attacker } = await start();
  // Enters a field of 3,900 octets into the table (RFC 7541 §6.2.1), then names it by its index, one octet each.
  const entered = Buffer.concat([Buffer.of(0x40), literal("x-a"), literal("a".repeat(3_900))]);
  const bomb = (stream: number): Buffer =>
    frame(FRAME.headers, END_HEADERS | END_STREAM, stream, Buffer.concat([HELD, Buffer.alloc(8_000, 0xbe)]));
  attacker.write(frame(FRAME.settings, ACK, 0));
  attacker.write(frame(FRAME.headers, END_HEADERS | END_STREAM, 1, Buffer.concat([BLOCK, entered])));
  expect(await attacker.outcome(1)).toBe("answered");
  const attack = (async (): Promise<void> => {
    for (const stream of streams(3, 60)) attacker.write(bomb(stream));
    await attacker.outcome(3).catch(() => {});
  })();
  const before = process.memoryUsage().rss;
  expect(await goodTraffic(gateway, attack)).toBeGreaterThanOrEqual(10);
  // Unfolded, the bombs are 1.9 GB.
  expect(process.memoryUsage().rss - before).toBeLessThan(200_000_000);
  expect(upstream.requests.filter(({ target }) => target === "/held")).toEqual([]);
});
