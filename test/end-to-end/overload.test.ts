import { expect, test } from "vitest";
import { DEFAULT_TIMEOUTS } from "../../src/data-plane/limits.ts";
import { ManualClock } from "../support/manual-clock.ts";
import { values } from "../support/message.ts";
import { RawClient, type Response } from "../support/raw-client.ts";
import { markerAnswer, type RecordedRequest, RecordingUpstream } from "../support/recording-upstream.ts";
import { startDataPlane } from "../support/start-data-plane.ts";

const ask = "GET /x HTTP/1.1\r\nHost: test.example\r\n\r\n";

async function answered(client: RawClient): Promise<number> {
  client.write(ask);
  return (await client.response()).status;
}

function expectRefusal(response: Response | undefined): void {
  expect(response?.status).toBe(503);
  expect(values(response as Response, "retry-after")).toEqual(["5"]);
  expect(values(response as Response, "connection")).toEqual(["close"]);
}

test("memory near its limit: a request on an open connection gets 503 and is told to go, the upstream never sees it", async () => {
  const upstream = await RecordingUpstream.start();
  const clock = new ManualClock();
  const problems: string[] = [];
  const limits = { memoryBytes: 1024 };
  const onProblem = (problem: string): void => void problems.push(problem);
  const gateway = await startDataPlane({ routes: [{ to: upstream }], clock, limits, onProblem });
  const client = await RawClient.open(gateway.http);
  expect(await answered(client)).toBe(200);
  clock.advance(250);
  client.write(ask);
  const [, refusal] = [null, ...(await client.responsesUntilClose())];
  expectRefusal(refusal);
  expect(upstream.requests).toHaveLength(1);
  expect((await gateway.finishedCount(2)).record.failure).toBe("overloaded");
  expect(problems.join()).toContain("of the memory limit is used");
});

test("one connection too many is answered 503, those before it are served on", async () => {
  const upstream = await RecordingUpstream.start();
  const gateway = await startDataPlane({ routes: [{ to: upstream }], limits: { connections: 20 } });
  const served = await Promise.all(Array.from({ length: 20 }, () => RawClient.open(gateway.http)));
  for (const client of served) expect(await answered(client)).toBe(200);
  const late = await RawClient.open(gateway.http);
  late.write(ask);
  const [refusal] = await late.responsesUntilClose();
  expectRefusal(refusal);
  for (const client of served) expect(await answered(client)).toBe(200);
});

test("far too many connections are closed unanswered", async () => {
  const upstream = await RecordingUpstream.start();
  const gateway = await startDataPlane({ routes: [{ to: upstream }], limits: { connections: 20 } });
  await Promise.all(Array.from({ length: 21 }, () => RawClient.open(gateway.http)));
  const late = await RawClient.open(gateway.http);
  await late.closed();
  expect(late.received).toHaveLength(0);
  expect(gateway.dataPlane.connectionCount).toBe(21);
});

test("with nearly all connections in use the idle ones are let go early, the busy ones are not", async () => {
  const onRequest = (request: RecordedRequest): string | null =>
    request.target === "/wait" ? null : markerAnswer(request);
  const upstream = await RecordingUpstream.start({ onRequest });
  const clock = new ManualClock();
  const gateway = await startDataPlane({ routes: [{ to: upstream }], clock, limits: { connections: 4 } });
  const clients = await Promise.all(Array.from({ length: 4 }, () => RawClient.open(gateway.http)));
  for (const client of clients) expect(await answered(client)).toBe(200);
  const [busy, ...idle] = clients as [RawClient, ...RawClient[]];
  busy.write("GET /wait HTTP/1.1\r\nHost: test.example\r\n\r\n");
  for (let seen = 0; seen < 5; seen++) await upstream.nextRequest();
  clock.advance(DEFAULT_TIMEOUTS.pressedKeepAlive + 1500);
  for (const client of idle) await client.closed();
  expect(busy.isClosed).toBe(false);
});
