import { expect, test } from "vitest";
import { ManualClock } from "../support/manual-clock.ts";
import { RawClient } from "../support/raw-client.ts";
import { RecordingUpstream } from "../support/recording-upstream.ts";
import { startDataPlane } from "../support/start-data-plane.ts";

const HEAD = "POST /x HTTP/1.1\r\nHost: test.example\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n";

test("the upstream's 100 is relayed, and the body sent only then", async () => {
  const upstream = await RecordingUpstream.start();
  const gateway = await startDataPlane({ routes: [{ to: upstream }] });
  const client = await RawClient.open(gateway.http);
  client.write(HEAD);
  await client.until("100 (Continue)", (received) => received.toString("latin1") === "HTTP/1.1 100 Continue\r\n\r\n");
  client.write("hello");
  const response = await client.response();
  expect([response.status, response.interim.map(({ status }) => status)]).toEqual([200, [100]]);
  expect((await upstream.nextRequest()).body.toString()).toBe("hello");
});

test("a final answer instead of 100 reaches the client, whose body is not waited for", async () => {
  const upstream = await RecordingUpstream.start({
    onHead: ({ startLine }) =>
      startLine.startsWith("POST") ? "HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n" : null,
  });
  const gateway = await startDataPlane({ routes: [{ to: upstream }] });
  const client = await RawClient.open(gateway.http);
  client.write(HEAD);
  const responses = await client.responsesUntilClose();
  expect(responses.map(({ status, interim }) => [status, interim.length])).toEqual([[401, 0]]);
  await (await upstream.connection(0)).closed();
});

test("an upstream that says nothing costs the client a second, not the request", async () => {
  const clock = new ManualClock();
  const upstream = await RecordingUpstream.start({ onHead: () => null });
  const gateway = await startDataPlane({ routes: [{ to: upstream }], clock });
  const client = await RawClient.open(gateway.http);
  client.write(HEAD);
  await (await upstream.connection(0)).until("the head", ({ received }) => received.includes("\r\n\r\n"));
  expect(client.received.length).toBe(0);
  clock.advance(3_000);
  await client.until("100 (Continue)", (received) => received.toString("latin1") === "HTTP/1.1 100 Continue\r\n\r\n");
  client.write("hello");
  expect((await client.response()).status).toBe(200);
});

test("a client of HTTP/1.0 never gets a 1xx", async () => {
  const upstream = await RecordingUpstream.start({
    onRequest: () => "HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
  });
  const gateway = await startDataPlane({ routes: [{ to: upstream }] });
  const client = await RawClient.open(gateway.http);
  client.write(HEAD.replace("HTTP/1.1", "HTTP/1.0") + "hello");
  const [response] = await client.responsesUntilClose();
  expect([response?.status, response?.interim]).toEqual([200, []]);
});
