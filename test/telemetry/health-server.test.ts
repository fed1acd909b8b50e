import { once } from "node:events";
import { connect } from "node:net";
import { gunzipSync } from "node:zlib";
import { expect, onTestFinished, test } from "vitest";
import { HealthServer } from "../../src/telemetry/health-server.ts";
import { ask } from "./ask.ts";

async function start(): Promise<{ port: number; readiness: { snapshot: boolean; draining: boolean } }> {
  const readiness = { snapshot: false, draining: false };
  const server = new HealthServer(() => readiness);
  onTestFinished(() => server.close());
  return { port: await server.listen({ port: 0 }), readiness };
}

test("alive from the start, ready from the first snapshot until draining", async () => {
  const { port, readiness } = await start();
  const status = async (path: string): Promise<number> => (await ask(port, path)).status;
  const all = async (): Promise<number[]> => [
    await status("/livez"),
    await status("/readyz"),
    await status("/healthz"),
  ];
  expect(await all()).toEqual([200, 503, 503]);
  readiness.snapshot = true;
  expect(await all()).toEqual([200, 200, 200]);
  readiness.draining = true;
  expect(await all()).toEqual([200, 503, 503]);
});

test("says which check fails, always with ?verbose", async () => {
  const { port, readiness } = await start();
  expect((await ask(port, "/readyz")).body).toBe("[-]snapshot failed\n[+]not-draining ok\nreadyz check failed\n");
  readiness.snapshot = true;
  expect((await ask(port, "/readyz")).body).toBe("ok\n");
  expect((await ask(port, "/readyz?verbose")).body).toBe("[+]snapshot ok\n[+]not-draining ok\nreadyz check passed\n");
});

test("answers nothing else", async () => {
  const { port } = await start();
  expect((await ask(port, "/snapshot")).status).toBe(404);
  expect((await ask(port, "//evil.example/readyz")).status).toBe(404);
  const post = await ask(port, "/livez", { method: "POST" });
  expect([post.status, post.headers.allow]).toEqual([405, "GET, HEAD"]);
  const head = await ask(port, "/livez", { method: "HEAD" });
  expect([head.status, head.body]).toEqual([200, ""]);
});

test.each(["http://[", "/\\\\[", "//[", "http://a:99999/livez", "*"])(
  "what is no URL, %s, is found nowhere and does no harm",
  async (target) => {
    const { port } = await start();
    expect((await ask(port, target)).status).toBe(404);
    expect((await ask(port, "/livez")).status).toBe(200);
  },
);

async function startWith(text: () => AsyncIterable<string>): Promise<number> {
  const server = new HealthServer(() => ({ snapshot: true, draining: false }), { text });
  onTestFinished(() => server.close());
  return await server.listen({ port: 0 });
}

async function* pieces(): AsyncGenerator<string, void> {
  yield "one 1\n";
  yield "two 2\n";
}

test("tells the metrics in Prometheus' text format", async () => {
  const port = await startWith(pieces);
  const answer = await ask(port, "/metrics");
  expect([answer.status, answer.body]).toEqual([200, "one 1\ntwo 2\n"]);
  expect(answer.headers["content-type"]).toBe("text/plain; version=0.0.4; charset=utf-8");
  const head = await ask(port, "/metrics", { method: "HEAD" });
  expect([head.status, head.body, head.headers["content-type"]]).toEqual([200, "", answer.headers["content-type"]]);
  expect((await ask(port, "/metrics", { method: "POST" })).status).toBe(405);
});

test("compresses them for who asks for it", async () => {
  const socket = connect(await startWith(pieces), "127.0.0.1");
  onTestFinished(() => void socket.destroy());
  socket.write("GET /metrics HTTP/1.0\r\nAccept-Encoding: gzip\r\n\r\n");
  const received: Buffer[] = [];
  socket.on("data", (piece: Buffer) => received.push(piece));
  await once(socket, "end");
  const whole = Buffer.concat(received);
  const end = whole.indexOf("\r\n\r\n");
  expect(whole.subarray(0, end).toString()).toContain("content-encoding: gzip");
  expect(gunzipSync(whole.subarray(end + 4)).toString()).toBe("one 1\ntwo 2\n");
});

test("a reader sees that it did not get them whole", async () => {
  const port = await startWith(async function* () {
    yield "one 1\n";
    await Promise.resolve();
    throw new Error("a defect");
  });
  await expect(ask(port, "/metrics")).rejects.toThrow(/aborted|hang up|reset/);
});

test("without metrics there are none", async () => {
  const { port } = await start();
  expect((await ask(port, "/metrics")).status).toBe(404);
});

test("of many who read them at once some are sent away, and what else is asked is answered", async () => {
  const gate = Promise.withResolvers<void>();
  let begun = 0;
  const port = await startWith(async function* () {
    begun += 1;
    yield "one 1\n";
    await gate.promise;
  });
  const refused = Promise.withResolvers<void>();
  const statuses: number[] = [];
  const readers = Array.from({ length: 13 }, async () => {
    statuses.push((await ask(port, "/metrics")).status);
    if (statuses.length === 5) refused.resolve();
  });
  await refused.promise;
  expect([...statuses, begun, (await ask(port, "/livez")).status]).toEqual([503, 503, 503, 503, 503, 8, 200]);
  gate.resolve();
  await Promise.all(readers);
  expect(statuses.slice(5)).toEqual(Array<number>(8).fill(200));
  expect((await ask(port, "/metrics")).status).toBe(200);
});
