// Cleartext HTTP/2 by prior knowledge (RFC 9113 §3.3): a client of the plain listener that begins with the preface.
import { once } from "node:events";
import { connect } from "node:http2";
import { expect, onTestFinished, test } from "vitest";
import { get, responseOn, ask } from "../support/http2-client.ts";
import { values } from "../support/message.ts";
import { ManualClock } from "../support/manual-clock.ts";
import {
  encodeFields,
  END_HEADERS,
  END_STREAM,
  FRAME,
  frame,
  PREFACE,
  RawHttp2,
  requestFields,
} from "../support/raw-http2.ts";
import { RawClient } from "../support/raw-client.ts";
import { RecordingUpstream } from "../support/recording-upstream.ts";
import { type GatewaySketch, startDataPlane } from "../support/start-data-plane.ts";

async function start(sketch: Partial<GatewaySketch> = {}) {
  const upstream = await RecordingUpstream.start();
  return { upstream, gateway: await startDataPlane({ routes: [{ to: upstream }], ...sketch }) };
}

const REQUEST = frame(FRAME.headers, END_HEADERS | END_STREAM, 1, encodeFields(requestFields()));
const OPENING = Buffer.concat([PREFACE, frame(FRAME.settings, 0, 0), REQUEST]);

test("a client library is served, and the upstream is told http", async () => {
  const { upstream, gateway } = await start();
  const session = connect(`http://127.0.0.1:${gateway.http}`);
  onTestFinished(() => session.destroy());
  await once(session, "connect");
  const responses = await Promise.all(["/a", "/b", "/c"].map((path) => get(session, path)));
  expect(responses.map(({ status, body }) => [status, body.toString()])).toEqual([
    [200, "/a"],
    [200, "/b"],
    [200, "/c"],
  ]);
  const posted = await responseOn(ask(session, { ":method": "POST", ":path": "/d" }, "x".repeat(100_000)));
  expect(posted.status).toBe(200);
  const request = upstream.requests.at(-1);
  expect(request?.body.length).toBe(100_000);
  expect(values(request as NonNullable<typeof request>, "x-forwarded-proto")).toEqual(["http"]);
  expect(gateway.finished.map(({ request: { httpVersion, scheme } }) => `${httpVersion} ${scheme}`)).toEqual(
    Array.from({ length: 4 }, () => "2 http"),
  );
  session.close();
  await once(session, "close");
});

test("however the beginning is cut", async () => {
  const { upstream, gateway } = await start();
  for (let at = 1; at <= PREFACE.length + 12; at++) {
    const client = await RawHttp2.openPlain(gateway, false);
    await client.writeCut(OPENING, at);
    expect([at, await client.outcome(1)]).toEqual([at, "answered"]);
    client.socket.destroy();
  }
  const client = await RawHttp2.openPlain(gateway, false);
  await client.writeByteByByte(OPENING);
  expect(await client.outcome(1)).toBe("answered");
  expect(new Set(upstream.requests.map(({ startLine }) => startLine))).toEqual(new Set(["GET /x HTTP/1.1"]));
});

test.each([
  ["behind an empty line", "\r\nPRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"],
  ["with a field", "PRI * HTTP/2.0\r\nHost: test.example\r\n\r\nSM\r\n\r\n"],
  ["for another target", "PRI / HTTP/2.0\r\n\r\nSM\r\n\r\n"],
  ["of another version", "PRI * HTTP/2.1\r\n\r\nSM\r\n\r\n"],
])("what only looks like the preface is malformed: %s", async (_name, text) => {
  const { upstream, gateway } = await start();
  const client = await RawClient.open(gateway.http);
  client.write(text);
  expect((await client.response()).status).toBeGreaterThanOrEqual(400);
  await client.closed();
  expect(upstream.connections).toEqual([]);
});

test("behind a request of HTTP/1 it is malformed: a connection has one protocol", async () => {
  const { upstream, gateway } = await start();
  const client = await RawClient.open(gateway.http);
  client.write(Buffer.concat([Buffer.from("GET /first HTTP/1.1\r\nHost: test.example\r\n\r\n"), OPENING]));
  const responses = await client.responsesUntilClose();
  expect(responses.map(({ status }) => status)).toEqual([200, 400]);
  expect(upstream.requests.map(({ target }) => target)).toEqual(["/first"]);
});

test("a preface that goes on wrong ends the connection", async () => {
  const { upstream, gateway } = await start();
  const client = await RawHttp2.openPlain(gateway, false);
  client.write(Buffer.from("PRI * HTTP/2.0\r\n\r\nXX\r\n\r\n"), frame(FRAME.settings, 0, 0), REQUEST);
  await client.closed();
  expect(upstream.connections).toEqual([]);
  await gateway.dataPlane.drain(60_000);
});

test("a preface that does not go on has the time of a head", async () => {
  const clock = new ManualClock();
  const { gateway } = await start({ clock });
  const client = await RawHttp2.openPlain(gateway, false);
  client.write(Buffer.from("PRI * HTTP/2.0\r\n\r\nSM"));
  await client.frame(FRAME.settings, 0);
  clock.advance(12_000);
  clock.advance(2_000);
  await client.closed();
});

test("with http2: false it is malformed", async () => {
  const { upstream, gateway } = await start({ http2: false });
  const client = await RawClient.open(gateway.http);
  client.write(OPENING);
  expect((await client.response()).status).toBe(400);
  await client.closed();
  expect(upstream.connections).toEqual([]);
});

test("Upgrade: h2c stays an ordinary request", async () => {
  const { upstream, gateway } = await start();
  const client = await RawClient.open(gateway.http);
  client.write(
    "GET /x HTTP/1.1\r\nHost: test.example\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n\r\n",
  );
  expect((await client.response()).status).toBe(200);
  const request = await upstream.nextRequest();
  expect([values(request, "upgrade"), values(request, "http2-settings")]).toEqual([[], []]);
});

test("the client's leaving, and draining, end the session", async () => {
  const { gateway } = await start();
  const leaves = await RawHttp2.openPlain(gateway);
  leaves.request(1, requestFields());
  await leaves.outcome(1);
  leaves.socket.end();
  await leaves.closed();
  const stays = await RawHttp2.openPlain(gateway);
  stays.request(1, requestFields());
  await stays.outcome(1);
  await gateway.dataPlane.drain(60_000);
  await stays.closed();
  expect([stays.goaway, gateway.dataPlane.connectionCount]).toEqual([0, 0]);
});
