import { expect, test } from "vitest";
import { RawClient } from "../support/raw-client.ts";
import { RecordingUpstream } from "../support/recording-upstream.ts";
import { startDataPlane } from "../support/start-data-plane.ts";

async function start() {
  const upstream = await RecordingUpstream.start();
  const gateway = await startDataPlane({ routes: [{ to: upstream, requestBodyLimit: 10 }] });
  return { upstream, gateway, client: await RawClient.open(gateway.http) };
}

const post = (framing: string, body: string): string =>
  `POST /x HTTP/1.1\r\nHost: test.example\r\n${framing}\r\n\r\n${body}`;

test("a declared length above the limit is 413 before anything is sent", async () => {
  const { upstream, client } = await start();
  client.write(post("Content-Length: 11", "01234567890"));
  expect((await client.responsesUntilClose()).map(({ status }) => status)).toEqual([413]);
  expect(upstream.connections.length).toBe(0);
});

test("a client that waits for 100 (Continue) is told before it sends", async () => {
  const { upstream, client } = await start();
  client.write(post("Expect: 100-continue\r\nContent-Length: 11", ""));
  const [response] = await client.responsesUntilClose();
  expect([response?.status, response?.interim]).toEqual([413, []]);
  expect(upstream.connections.length).toBe(0);
});

test("a chunked body that grows above it is 413, and the upstream never sees its end", async () => {
  const { upstream, client } = await start();
  client.write(post("Transfer-Encoding: chunked", "5\r\nhello\r\n"));
  const connection = await upstream.connection(0);
  await connection.until("the beginning", ({ received }) => received.includes("hello"));
  client.write("6\r\nworld!\r\n0\r\n\r\n");
  expect((await client.responsesUntilClose()).map(({ status }) => status)).toEqual([413]);
  await connection.closed();
  expect(connection.requests).toEqual([]);
  expect(connection.received.includes("world")).toBe(false);
});

test("exactly the limit is served, either way", async () => {
  const { upstream, client } = await start();
  client.write(post("Content-Length: 10", "0123456789"));
  expect((await client.response()).status).toBe(200);
  client.write(post("Transfer-Encoding: chunked", "a\r\n0123456789\r\n0\r\n\r\n"));
  expect((await client.response()).status).toBe(200);
  expect(upstream.requests.map(({ body }) => body.toString())).toEqual(["0123456789", "0123456789"]);
});
