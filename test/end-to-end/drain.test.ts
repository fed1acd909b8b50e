import { connect } from "node:net";
import { once } from "node:events";
import { expect, test } from "vitest";
import { values } from "../support/message.ts";
import { RawClient } from "../support/raw-client.ts";
import { markerAnswer, RecordingUpstream } from "../support/recording-upstream.ts";
import { startDataPlane } from "../support/start-data-plane.ts";

const ask = "GET /x HTTP/1.1\r\nHost: test.example\r\n\r\n";

test("idle connections close, a request in flight is finished and told to close, new connections are refused", async () => {
  let hold = false;
  const upstream = await RecordingUpstream.start({ onRequest: (request) => (hold ? null : markerAnswer(request)) });
  const gateway = await startDataPlane({ routes: [{ to: upstream }] });
  const idle = await RawClient.open(gateway.http);
  idle.write(ask);
  await idle.response();
  await upstream.nextRequest();
  hold = true;
  const busy = await RawClient.open(gateway.http);
  busy.write(ask);
  const request = await upstream.nextRequest();

  const drained = gateway.dataPlane.drain(60_000);
  await idle.closed();
  expect(busy.isClosed).toBe(false);
  const late = connect(gateway.http, "127.0.0.1");
  const [error] = (await once(late, "error")) as [NodeJS.ErrnoException];
  expect(error.code).toBe("ECONNREFUSED");

  request.connection.write(markerAnswer(request));
  const [response] = await busy.responsesUntilClose();
  expect([response?.status, values(response as never, "connection").map((value) => value.toLowerCase())]).toEqual([
    200,
    ["close"],
  ]);
  await drained;
  await request.connection.closed();
  expect(gateway.finished.map(({ record }) => record.failure)).toEqual([null, null]);
});

test("what is not over when the grace is, is cut off", async () => {
  const upstream = await RecordingUpstream.start({ onRequest: () => null });
  const gateway = await startDataPlane({ routes: [{ to: upstream }] });
  const client = await RawClient.open(gateway.http);
  client.write(ask);
  const { connection } = await upstream.nextRequest();
  await gateway.dataPlane.drain(1);
  await client.closed();
  await connection.closed();
  expect(client.received.length).toBe(0);
});

test("idle connections may stay to ask once more, and are told that it was the last time; nobody new comes in", async () => {
  const upstream = await RecordingUpstream.start();
  const gateway = await startDataPlane({ routes: [{ to: upstream }] });
  const silent = await RawClient.open(gateway.http);
  const speaking = await RawClient.open(gateway.http);
  for (const client of [silent, speaking]) {
    client.write(ask);
    await client.response();
  }
  const drained = gateway.dataPlane.drain({ grace: 60_000, idle: 60_000 });
  const late = connect(gateway.http, "127.0.0.1");
  const [error] = (await once(late, "error")) as [NodeJS.ErrnoException];
  expect(error.code).toBe("ECONNREFUSED");
  speaking.write(ask);
  const responses = await speaking.responsesUntilClose();
  expect(responses.map((response) => [response.status, values(response as never, "connection")])).toEqual([
    [200, ["close"]],
  ]);
  expect(silent.isClosed).toBe(false);
  // Asked to end for good, nobody waits for it.
  await gateway.dataPlane.drain(60_000);
  await silent.closed();
  await drained;
});

test("while load balancers learn of it, connections are accepted and each has one response", async () => {
  const upstream = await RecordingUpstream.start();
  const gateway = await startDataPlane({ routes: [{ to: upstream }] });
  const drained = gateway.dataPlane.drain({ grace: 60_000, delay: 60_000 });
  for (const round of [1, 2]) {
    const client = await RawClient.open(gateway.http);
    client.write(ask);
    const responses = await client.responsesUntilClose();
    expect(responses.map((response) => [round, response.status, values(response as never, "connection")])).toEqual([
      [round, 200, ["close"]],
    ]);
  }
  gateway.dataPlane.close();
  await drained;
});
