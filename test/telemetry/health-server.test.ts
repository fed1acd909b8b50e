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
  expect([await status("/healthz"), await status("/livez"), await status("/readyz")]).toEqual([200, 200, 503]);
  readiness.snapshot = true;
  expect(await status("/readyz")).toBe(200);
  readiness.draining = true;
  expect([await status("/livez"), await status("/readyz")]).toEqual([200, 503]);
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
