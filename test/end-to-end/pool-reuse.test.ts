import { expect, test } from "vitest";
import { RawClient } from "../support/raw-client.ts";
import { markerAnswer, RecordingUpstream, type RecordedRequest } from "../support/recording-upstream.ts";
import { startDataPlane } from "../support/start-data-plane.ts";

async function ask(port: number, path: string, method = "GET"): Promise<number> {
  const client = await RawClient.open(port);
  client.write(`${method} ${path} HTTP/1.1\r\nHost: test.example\r\nConnection: close\r\n\r\n`);
  const [response] = await client.responsesUntilClose({ toHead: method === "HEAD" });
  return response?.status ?? 0;
}

test("a connection serves one request after another, of any client", async () => {
  const upstream = await RecordingUpstream.start();
  const gateway = await startDataPlane({ routes: [{ to: upstream }] });
  for (const path of ["/1", "/2", "/3"]) expect(await ask(gateway.http, path)).toBe(200);
  expect(upstream.connections.length).toBe(1);
  const reused = gateway.finished.map(({ record }) => record.attempts[0]?.reused);
  expect(reused).toEqual([false, true, true]);
});

test("two at a time need two connections, and both are kept", async () => {
  const held: RecordedRequest[] = [];
  const upstream = await RecordingUpstream.start({
    onRequest: (request) => {
      if (request.target !== "/held") return markerAnswer(request);
      held.push(request);
      return null;
    },
  });
  const gateway = await startDataPlane({ routes: [{ to: upstream }] });
  const both = [ask(gateway.http, "/held"), ask(gateway.http, "/held")];
  await upstream.nextRequest();
  await upstream.nextRequest();
  expect(new Set(held.map(({ connection }) => connection)).size).toBe(2);
  for (const request of held) request.connection.write(markerAnswer(request));
  expect(await Promise.all(both)).toEqual([200, 200]);
  expect(await Promise.all([ask(gateway.http, "/3"), ask(gateway.http, "/4")])).toEqual([200, 200]);
  expect(upstream.connections.length).toBe(2);
});

const DOUBTFUL: Readonly<Record<string, string>> = {
  "the upstream says close": "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n",
  "the upstream speaks HTTP/1.0": "HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n",
  "a byte too many": "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\nx",
};
for (const [doubt, answer] of Object.entries(DOUBTFUL)) {
  test(`not used again when ${doubt}`, async () => {
    const upstream = await RecordingUpstream.start({ onRequest: () => answer });
    const gateway = await startDataPlane({ routes: [{ to: upstream }] });
    expect(await ask(gateway.http, "/1")).toBe(200);
    expect(await ask(gateway.http, "/2")).toBe(200);
    expect(upstream.connections.map(({ requests }) => requests.length)).toEqual([1, 1]);
  });
}

test("a pooled connection that turns out dead costs an idempotent request nothing", async () => {
  const upstream = await RecordingUpstream.start({
    onRequest: (request) => {
      if (request.connection.requests.length < 2) return markerAnswer(request);
      request.connection.reset();
      return null;
    },
  });
  const gateway = await startDataPlane({ routes: [{ to: upstream }] });
  expect(await ask(gateway.http, "/1")).toBe(200);
  expect(await ask(gateway.http, "/2")).toBe(200);
  expect(upstream.requests.map(({ target }) => target)).toEqual(["/1", "/2", "/2"]);
  const { record } = await gateway.finishedCount(2);
  expect(record.attempts.map(({ reused, failure }) => [reused, failure])).toEqual([
    [true, "upstream_reset"],
    [false, null],
  ]);
});

test("but a POST is not sent twice", async () => {
  const upstream = await RecordingUpstream.start({
    onRequest: (request) => {
      if (request.connection.requests.length < 2) return markerAnswer(request);
      request.connection.reset();
      return null;
    },
  });
  const gateway = await startDataPlane({ routes: [{ to: upstream }] });
  expect(await ask(gateway.http, "/1")).toBe(200);
  expect(await ask(gateway.http, "/2", "POST")).toBe(502);
  expect(upstream.requests.map(({ target }) => target)).toEqual(["/1", "/2"]);
});

test("an endpoint that stays keeps its connection over a change, one that goes loses it", async () => {
  const upstream = await RecordingUpstream.start();
  const other = await RecordingUpstream.start();
  const gateway = await startDataPlane({ routes: [{ to: upstream }] });
  expect(await ask(gateway.http, "/1")).toBe(200);
  gateway.apply([{ to: upstream }, { host: "more.example", to: other }]);
  expect(await ask(gateway.http, "/2")).toBe(200);
  expect(upstream.connections.length).toBe(1);
  gateway.apply([{ to: other }]);
  await (await upstream.connection(0)).closed();
  expect(await ask(gateway.http, "/3")).toBe(200);
  expect(other.requests.map(({ target }) => target)).toEqual(["/3"]);
});
