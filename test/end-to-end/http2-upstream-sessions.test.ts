import type { IncomingHttpHeaders, ServerHttp2Stream } from "node:http2";
import { expect, test } from "vitest";
import { ask, get, openSession, responseOn, startHttp2Gateway } from "../support/http2-client.ts";
import { answerPath, Http2Upstream } from "../support/http2-upstream.ts";
import { ManualClock } from "../support/manual-clock.ts";

/** An upstream that grants one stream a session and answers when it is told to. */
async function start(more: readonly { readonly port: number }[] = []) {
  const held: (() => void)[] = [];
  const upstream = await Http2Upstream.start({
    options: { settings: { maxConcurrentStreams: 1 } },
    onStream: (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => held.push(() => answerPath(stream, headers)),
  });
  const clock = new ManualClock();
  const gateway = await startHttp2Gateway({
    routes: [{ to: [upstream, ...more], protocol: "h2c" }],
    limits: { sessionsPerEndpoint: 2 },
    clock,
  });
  return { held, upstream, clock, gateway, client: await openSession(gateway) };
}

const paths = (count: number): string[] => Array.from({ length: count }, (_, index) => `/${index}`);

test("requests beyond the sessions that an endpoint may have wait, and are sent in their order", async () => {
  const { held, upstream, client } = await start();
  const asked = paths(6).map((path) => get(client, path));
  for (let count = 2; count <= 6; count++) {
    await upstream.streams(count);
    held.shift()?.();
  }
  held.shift()?.();
  const answers = await Promise.all(asked);
  expect(answers.map(({ body }) => body.toString())).toEqual(paths(6));
  expect(upstream.sessions.length).toBe(2);
  expect(upstream.paths.slice(2)).toEqual(paths(6).slice(2));
});

test("one that waits for too long is answered 504, and the endpoint is not blamed", async () => {
  const { held, upstream, clock, gateway, client } = await start();
  const asked = paths(3).map((path) => get(client, path));
  await upstream.streams(2);
  // The third has come too when the answer to a fourth, which needs no upstream, is there.
  expect((await responseOn(ask(client, { ":path": "/healthz", ":authority": "nobody.example" }))).status).toBe(200);
  clock.advance(4_000);
  expect((await asked[2])?.status).toBe(504);
  expect((await gateway.finishedCount(2)).record.failure).toBe("connect_timeout");
  for (const answer of held) answer();
  expect((await Promise.all(asked.slice(0, 2))).map(({ status }) => status)).toEqual([200, 200]);
  expect(gateway.dataPlane.upstreamStatus()).toMatchObject([{ endpoints: [{ failures: 0 }] }]);
});

test("a session that ends makes room for another", async () => {
  const { held, upstream, client } = await start();
  const asked = paths(3).map((path) => get(client, path).catch(() => null));
  await upstream.streams(2);
  upstream.sessions[0]?.destroy();
  await upstream.streams(3);
  for (const answer of held.slice(1)) answer();
  const statuses = (await Promise.all(asked)).map((response) => response?.status);
  expect(statuses).toEqual([502, 200, 200]);
  expect(upstream.sessions.length).toBe(3);
});
