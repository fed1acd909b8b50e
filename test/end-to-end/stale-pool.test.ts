import { expect, test } from "vitest";
import { RawClient } from "../support/raw-client.ts";
import { markerAnswer, RecordingUpstream } from "../support/recording-upstream.ts";
import { startDataPlane } from "../support/start-data-plane.ts";

const ask = "GET /x HTTP/1.1\r\nHost: test.example\r\n\r\n";
const POOLED = 5;

test("a restarted upstream: however many pooled connections are stale, the second try is a new one", async () => {
  let stale = false;
  let waiting: (() => void)[] = [];
  const upstream = await RecordingUpstream.start({
    onRequest: (request) => {
      const { connection } = request;
      if (stale && upstream.connections.indexOf(connection) < POOLED) connection.reset();
      else if (stale) return markerAnswer(request);
      // All at once, so that each has a connection of its own.
      else if (waiting.push(() => connection.write(markerAnswer(request))) === POOLED) {
        for (const answer of waiting) answer();
        waiting = [];
      }
      return null;
    },
  });
  const gateway = await startDataPlane({ routes: [{ to: upstream }] });
  const clients = await Promise.all(Array.from({ length: POOLED }, () => RawClient.open(gateway.http)));
  for (const client of clients) client.write(ask);
  await Promise.all(clients.map((client) => client.response()));
  expect(upstream.connections.length).toBe(POOLED);
  stale = true;
  const [client] = clients as [RawClient];
  client.write(ask);
  expect((await client.response()).status).toBe(200);
  expect((await gateway.finishedCount(POOLED + 1)).record.attempts.map(({ reused }) => reused)).toEqual([true, false]);
});
