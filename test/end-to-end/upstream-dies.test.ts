import { expect, test } from "vitest";
import { RawClient } from "../support/raw-client.ts";
import { RecordingUpstream } from "../support/recording-upstream.ts";
import { startDataPlane } from "../support/start-data-plane.ts";

const FRAMINGS = {
  length: "Content-Length: 10\r\n\r\nhello",
  chunked: "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
} as const;

for (const [framing, beginning] of Object.entries(FRAMINGS)) {
  for (const how of ["end", "reset"] as const) {
    test(`in the middle of a body by ${framing} (${how}): the client sees that it is cut off`, async () => {
      const upstream = await RecordingUpstream.start({ onRequest: () => `HTTP/1.1 200 OK\r\n${beginning}` });
      const gateway = await startDataPlane({ routes: [{ to: upstream }] });
      const client = await RawClient.open(gateway.http);
      client.write("GET /x HTTP/1.1\r\nHost: test.example\r\n\r\n");
      await client.until("the first part", (received) => received.includes("hello"));
      (await upstream.connection(0))[how]();
      await expect(client.responsesUntilClose()).rejects.toThrow("cut off");
      expect(client.rest.toString("latin1")).not.toContain("\r\n0\r\n");
      const { record } = await gateway.finishedCount(1);
      expect([record.failure, record.status, record.responseBytes]).toEqual(["upstream_truncated", 200, 5]);
    });
  }
}

test("a client of HTTP/1.0, for which the end is the end, gets a reset", async () => {
  const upstream = await RecordingUpstream.start({ onRequest: () => `HTTP/1.1 200 OK\r\n${FRAMINGS.chunked}` });
  const gateway = await startDataPlane({ routes: [{ to: upstream }] });
  const client = await RawClient.open(gateway.http);
  const errors: (string | undefined)[] = [];
  client.socket.on("error", (error: NodeJS.ErrnoException) => errors.push(error.code));
  client.write("GET /x HTTP/1.0\r\nHost: test.example\r\n\r\n");
  await client.until("the first part", (received) => received.includes("hello"));
  (await upstream.connection(0)).reset();
  await client.closed();
  expect(errors).toEqual(["ECONNRESET"]);
});

test("before the answer: 502", async () => {
  const upstream = await RecordingUpstream.start({ onRequest: () => null });
  const gateway = await startDataPlane({ routes: [{ to: upstream }] });
  const client = await RawClient.open(gateway.http);
  client.write("GET /x HTTP/1.1\r\nHost: test.example\r\n\r\n");
  (await upstream.nextRequest()).connection.reset();
  expect((await client.response()).status).toBe(502);
  expect((await gateway.finishedCount(1)).record.failure).toBe("upstream_reset");
  expect(upstream.requests.length).toBe(1);
});
