// A client that is told to go: every request it has sent is either served whole or said not to be, so that it can be sent again.
import { expect, test } from "vitest";
import { ManualClock } from "../support/manual-clock.ts";
import { FRAME, frame, RawHttp2, requestFields } from "../support/raw-http2.ts";
import { markerAnswer, RecordingUpstream } from "../support/recording-upstream.ts";
import { type GatewaySketch, startDataPlane } from "../support/start-data-plane.ts";

async function start(sketch: Partial<GatewaySketch> = {}) {
  const upstream = await RecordingUpstream.start({
    onRequest: (request) => (request.target === "/held" ? null : markerAnswer(request)),
  });
  const gateway = await startDataPlane({ routes: [{ to: upstream }], ...sketch });
  return { upstream, gateway, client: await RawHttp2.openPlain(gateway) };
}

const held = requestFields().with(3, [":path", "/held"]);

/** The last stream that the GOAWAY names as served; null without one. */
function lastStream(client: RawHttp2): number | null {
  return client.frames.findLast(({ type }) => type === FRAME.goaway)?.payload.readUInt32BE(0) ?? null;
}

/** Resolves when the server has answered what was sent before. */
async function read(client: RawHttp2): Promise<void> {
  const before = client.frames.filter(({ type }) => type === FRAME.ping).length;
  client.write(frame(FRAME.ping, 0, 0, Buffer.alloc(8)));
  await client.count(FRAME.ping, before + 1);
}

test("draining: what runs is finished, and what is sent meanwhile is either served or said not to be", async () => {
  const { upstream, gateway, client } = await start();
  client.request(1, held);
  const first = await upstream.nextRequest();
  // Behind the drain's beginning, before the client knows of it.
  const drained = gateway.dataPlane.drain(60_000);
  for (const stream of [3, 5, 7]) client.request(stream, requestFields());
  await client.frame(FRAME.goaway, 0);
  client.request(9, requestFields());
  await read(client);
  first.connection.write(markerAnswer(first));
  await client.closed();
  await drained;
  const last = lastStream(client) as number;
  const answered = [1, 3, 5, 7, 9].filter((stream) => client.frames.some((got) => got.stream === stream));
  expect(answered).toEqual([1, 3, 5, 7, 9].filter((stream) => stream <= last));
  expect([client.goaway, gateway.finished.length, upstream.requests.length]).toEqual([
    0,
    answered.length,
    answered.length,
  ]);
});

test("the request limit: all requests up to it are served, and those beyond it are named", async () => {
  const { upstream, gateway, client } = await start({ limits: { requestsPerConnection: 5 } });
  for (const stream of [1, 3, 5, 7, 9]) client.request(stream, held);
  await client.frame(FRAME.goaway, 0);
  client.request(11, held);
  await read(client);
  for (let count = 0; count < 5; count++) {
    const request = await upstream.nextRequest();
    request.connection.write(markerAnswer(request));
  }
  await client.closed();
  for (const stream of [1, 3, 5, 7, 9]) expect(await client.outcome(stream)).toBe("answered");
  expect([client.goaway, lastStream(client), gateway.finished.length]).toEqual([0, 9, 5]);
});

test("a session that has grown old: with a stream open, and where streams follow each other", async () => {
  const clock = new ManualClock();
  const { upstream, gateway, client } = await start({ clock, timeouts: { sessionAge: 20_000 } });
  const other = await RawHttp2.openPlain(gateway);
  client.request(1, held);
  const request = await upstream.nextRequest();
  other.request(1, requestFields());
  await other.outcome(1);
  await read(other);
  clock.advance(15_000);
  // Twice: then the answers to the gateway's own PINGs have arrived too.
  for (let times = 0; times < 2; times++) await Promise.all([read(client), read(other)]);
  expect([lastStream(client), lastStream(other)]).toEqual([null, null]);
  clock.advance(12_000);
  await client.frame(FRAME.goaway, 0);
  request.connection.write(markerAnswer(request));
  expect(await client.outcome(1)).toBe("answered");
  await client.closed();
  other.request(3, requestFields());
  expect(await other.outcome(3)).toBe("answered");
  await other.closed();
  expect([client.goaway, other.goaway]).toEqual([0, 0]);
});
