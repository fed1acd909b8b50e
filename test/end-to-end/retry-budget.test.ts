import { expect, test } from "vitest";
import { ManualClock } from "../support/manual-clock.ts";
import { RawClient } from "../support/raw-client.ts";
import { markerAnswer, RecordingUpstream } from "../support/recording-upstream.ts";
import { closedPort } from "../support/servers.ts";
import { type Gateway, startDataPlane } from "../support/start-data-plane.ts";

async function ask(gateway: Gateway, times: number): Promise<Set<number>> {
  const client = await RawClient.open(gateway.http);
  const statuses = new Set<number>();
  for (let count = 0; count < times; count++) {
    client.write("GET /x HTTP/1.1\r\nHost: test.example\r\n\r\n");
    statuses.add((await client.response()).status);
  }
  return statuses;
}

function retries(gateway: Gateway): number {
  return gateway.finished.reduce((sum, { record }) => sum + record.attempts.length - 1, 0);
}

test("an upstream that is down gets a fifth more, and not two or three times as much", async () => {
  const clock = new ManualClock();
  const to = [await closedPort(), await closedPort(), await closedPort()];
  const gateway = await startDataPlane({ routes: [{ to }], clock });
  expect(await ask(gateway, 400)).toEqual(new Set([502]));
  expect(retries(gateway)).toBe(80);
  const last = gateway.finished.findLast(({ record }) => record.attempts.length === 1);
  expect(last?.record.failure).toBe("connect_failed");
  expect(last?.record.failureDetail).toContain("not tried again: the upstream has too many retries");
  expect(gateway.dataPlane.upstreamStatus()).toMatchObject([{ requests: 400, retries: 80 }]);
  // Much later it may again.
  clock.advance(20_000);
  await ask(gateway, 1);
  expect(gateway.finished.at(-1)?.record.attempts.length).toBe(3);
});

test("one upstream's retries are not another's", async () => {
  const [closed, alsoClosed, upstream] = [await closedPort(), await closedPort(), await RecordingUpstream.start()];
  const gateway = await startDataPlane({
    routes: [{ to: [closed, alsoClosed] }, { path: "/y", to: [closed, upstream] }],
    clock: new ManualClock(),
  });
  await ask(gateway, 100);
  const client = await RawClient.open(gateway.http);
  for (let count = 0; count < 4; count++) {
    client.write("GET /y HTTP/1.1\r\nHost: test.example\r\n\r\n");
    expect((await client.response()).status).toBe(200);
  }
});

test("a pooled connection that had grown stale is replaced whatever the budget", async () => {
  const upstream = await RecordingUpstream.start({
    onRequest: (request) => {
      if (request.connection.requests.length < 2) return markerAnswer(request);
      request.connection.reset();
      return null;
    },
  });
  const gateway = await startDataPlane({ routes: [{ to: upstream }], clock: new ManualClock() });
  expect(await ask(gateway, 60)).toEqual(new Set([200]));
  expect(retries(gateway)).toBe(59);
});
