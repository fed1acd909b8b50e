import { expect, test } from "vitest";
import { RawClient } from "../support/raw-client.ts";
import { RecordingUpstream } from "../support/recording-upstream.ts";
import { closedPort } from "../support/servers.ts";
import { startDataPlane } from "../support/start-data-plane.ts";

test("a refused connection is tried on another endpoint, also for a POST with a body", async () => {
  const upstream = await RecordingUpstream.start();
  const gateway = await startDataPlane({ routes: [{ to: [await closedPort(), upstream] }] });
  // Round robin starts with either: over two requests the closed one comes first at least once.
  for (const path of ["/1", "/2"]) {
    const client = await RawClient.open(gateway.http);
    client.write(`POST ${path} HTTP/1.1\r\nHost: test.example\r\nContent-Length: 5\r\n\r\nhello`);
    expect((await client.response()).body.toString()).toBe(path);
  }
  expect(upstream.requests.map(({ target, body }) => [target, body.toString()])).toEqual([
    ["/1", "hello"],
    ["/2", "hello"],
  ]);
  const attempts = gateway.finished.flatMap(({ record }) => record.attempts.map(({ failure }) => failure));
  expect(attempts.filter((failure) => failure === "connect_failed").length).toBeGreaterThanOrEqual(1);
  expect(gateway.finished.map(({ record }) => record.failure)).toEqual([null, null]);
});

test("when all refuse, 502, and each was tried once", async () => {
  const gateway = await startDataPlane({ routes: [{ to: [await closedPort(), await closedPort()] }] });
  const client = await RawClient.open(gateway.http);
  client.write("GET /x HTTP/1.1\r\nHost: test.example\r\n\r\n");
  expect((await client.response()).status).toBe(502);
  const { record } = await gateway.finishedCount(1);
  expect(record.failure).toBe("connect_failed");
  expect(new Set(record.attempts.map(({ endpoint }) => endpoint)).size).toBe(2);
  expect(record.attempts.length).toBe(2);
});

test("no endpoints at all: 503", async () => {
  const gateway = await startDataPlane({ routes: [{ to: [] }] });
  const client = await RawClient.open(gateway.http);
  client.write("GET /x HTTP/1.1\r\nHost: test.example\r\n\r\n");
  expect((await client.response()).status).toBe(503);
  expect((await gateway.finishedCount(1)).record.failure).toBe("no_endpoints");
});
