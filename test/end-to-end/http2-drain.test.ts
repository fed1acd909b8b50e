import { once } from "node:events";
import { expect, test } from "vitest";
import { ask, get, openSession, responseOn, startHttp2Gateway } from "../support/http2-client.ts";
import { RawHttp2, requestFields } from "../support/raw-http2.ts";
import { markerAnswer, RecordingUpstream } from "../support/recording-upstream.ts";

test("idle sessions are told to go, a request in flight is finished, new streams are refused", async () => {
  const upstream = await RecordingUpstream.start({
    onRequest: (request) => (request.target === "/held" ? null : markerAnswer(request)),
  });
  const gateway = await startHttp2Gateway({ routes: [{ to: upstream }] });
  const idle = await RawHttp2.open(gateway);
  idle.request(1, requestFields());
  await idle.outcome(1);
  await upstream.nextRequest();
  const busy = await openSession(gateway);
  const held = responseOn(ask(busy, { ":path": "/held" }));
  const request = await upstream.nextRequest();

  const goaway = once(busy, "goaway");
  const drained = gateway.dataPlane.drain(60_000);
  await idle.closed();
  expect(idle.goaway).toBe(0);
  const [code] = (await goaway) as [number];
  expect(code).toBe(0);
  await expect(get(busy, "/late")).rejects.toThrow();
  request.connection.write(markerAnswer(request));
  expect((await held).body.toString()).toBe("/held");
  await drained;
  expect(gateway.finished.map(({ record }) => record.status)).toEqual([200, 200]);
  expect(gateway.dataPlane.connectionCount).toBe(0);
});

test("what is not over when the grace is, is cut off", async () => {
  const upstream = await RecordingUpstream.start({ onRequest: () => null });
  const gateway = await startHttp2Gateway({ routes: [{ to: upstream }] });
  const client = await RawHttp2.open(gateway);
  client.request(1, requestFields());
  const { connection } = await upstream.nextRequest();
  await gateway.dataPlane.drain(1);
  await client.closed();
  await connection.closed();
  await gateway.finishedCount(1);
  expect(client.frames.some(({ stream }) => stream === 1)).toBe(false);
});
