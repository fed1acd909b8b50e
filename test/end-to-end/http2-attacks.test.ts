// Attacks of which each frame is legal. Each must cost the upstream next to nothing, end the attacker's session, and leave others alone.
import { expect, test } from "vitest";
import { get, type Http2Gateway, openSession, startHttp2Gateway } from "../support/http2-client.ts";
import {
  encodeFields,
  END_HEADERS,
  END_STREAM,
  FRAME,
  frame,
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

/** Requests of a good client, one after another until the attack is over. */
async function goodTraffic(gateway: Http2Gateway, attack: Promise<void>): Promise<number> {
  const session = await openSession(gateway);
  const state = { over: false };
  void attack.then(() => (state.over = true));
  let served = 0;
  do {
    expect((await get(session, "/good")).body.toString()).toBe("/good");
    served += 1;
  } while (!state.over || served < 10);
  await attack;
  return served;
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
  expect(attacker.goaway).toBe(ENHANCE_YOUR_CALM);
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

test("many PINGs, SETTINGS and empty DATA frames are survived by everybody else", async () => {
  const { gateway, attacker } = await start();
  const done = attacker.count(FRAME.ping, 500).catch(() => {});
  const served = goodTraffic(gateway, done);
  attacker.write(frame(FRAME.headers, END_HEADERS, 1, BLOCK));
  for (let count = 0; count < 500; count++) {
    attacker.write(frame(FRAME.ping, 0, 0, Buffer.alloc(8)), frame(FRAME.settings, 0, 0), frame(FRAME.data, 0, 1));
  }
  expect(await served).toBeGreaterThanOrEqual(10);
});
