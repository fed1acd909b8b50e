import { expect, test } from "vitest";
import { RawClient } from "../support/raw-client.ts";
import { RecordingUpstream } from "../support/recording-upstream.ts";
import { startDataPlane } from "../support/start-data-plane.ts";

const ask = "GET /x HTTP/1.1\r\nHost: test.example\r\n\r\n";

async function start() {
  const upstream = await RecordingUpstream.start({ onRequest: () => null });
  const gateway = await startDataPlane({ routes: [{ to: upstream }] });
  return { upstream, gateway, client: await RawClient.open(gateway.http) };
}

for (const how of ["end", "reset"] as const) {
  test(`before the answer (${how}): the upstream's connection is destroyed, and the record says 499`, async () => {
    const { upstream, gateway, client } = await start();
    client.write(ask);
    const { connection } = await upstream.nextRequest();
    client[how]();
    await connection.closed();
    const { record } = await gateway.finishedCount(1);
    expect([record.failure, record.status]).toEqual(["client_closed", 499]);
  });
}

test("in the middle of the answer: the upstream's connection is destroyed", async () => {
  const { upstream, gateway, client } = await start();
  client.write(ask);
  const { connection } = await upstream.nextRequest();
  connection.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n");
  await client.until("the first part", (received) => received.includes("hello"));
  client.reset();
  await connection.closed();
  const { record } = await gateway.finishedCount(1);
  expect([record.failure, record.status]).toEqual(["client_closed", 200]);
});

test("in the middle of its body: the upstream never sees an end", async () => {
  const { upstream, gateway, client } = await start();
  client.write("POST /x HTTP/1.1\r\nHost: test.example\r\nContent-Length: 10\r\n\r\nhello");
  const connection = await upstream.connection(0);
  await connection.until("the first part", ({ received }) => received.includes("hello"));
  client.reset();
  await connection.closed();
  expect(connection.requests).toEqual([]);
  expect((await gateway.finishedCount(1)).record.failure).toBe("client_closed");
});

test("between two requests: nothing is lost and nothing is recorded", async () => {
  const upstream = await RecordingUpstream.start();
  const gateway = await startDataPlane({ routes: [{ to: upstream }] });
  const client = await RawClient.open(gateway.http);
  client.write(ask);
  await client.response();
  client.end();
  await client.closed();
  expect(gateway.finished.map(({ record }) => record.failure)).toEqual([null]);
  // The upstream's connection is kept: it was not in doubt.
  const next = await RawClient.open(gateway.http);
  next.write(ask);
  await next.response();
  expect(upstream.connections.length).toBe(1);
});
