import { expect, onTestFinished, test } from "vitest";
import type { UpstreamStatus } from "../../src/data-plane/upstreams/upstream-status.ts";
import { seal } from "../../src/snapshot/seal.ts";
import { AdminServer } from "../../src/telemetry/admin-server.ts";
import { ask } from "./ask.ts";
import { route } from "./exchanges.ts";

const snapshot = seal({
  virtualHosts: [{ host: "shop.example.com", routes: [route] }],
  upstreams: [
    {
      name: "shop/cart:80",
      origin: { kind: "Service", namespace: "shop", name: "cart" },
      protocol: "http",
      addressing: { kind: "endpoints", endpoints: [{ address: "10.0.0.7", port: 8080 }] },
      balancing: { kind: "round-robin" },
    },
  ],
  certificates: [],
});

const status: UpstreamStatus = {
  upstream: "shop/cart:80",
  endpoints: [{ endpoint: "10.0.0.7:8080", ejected: true, triedIn: 30_000, failures: 5, active: 1, idle: 0 }],
  requests: 12,
  retries: 2,
};

async function start(): Promise<number> {
  const server = new AdminServer({
    readiness: () => ({ snapshot: true, draining: false }),
    snapshot: () => snapshot,
    upstreams: () => [status],
    workers: () => [{ worker: 1 }],
    streams: () => [{ stream: "tcp 9000", port: null, problem: "is busy" }],
  });
  onTestFinished(() => server.close());
  return server.listen(0);
}

test("shows the snapshot", async () => {
  const port = await start();
  const answer = await ask(port, "/snapshot");
  expect(answer.headers["content-type"]).toBe("application/json");
  expect(JSON.parse(answer.body)).toMatchObject({
    revision: snapshot.revision,
    virtualHosts: [{ host: "shop.example.com" }],
  });
});

test("shows how the endpoints fare", async () => {
  const port = await start();
  expect(JSON.parse((await ask(port, "/upstreams")).body)).toEqual([status]);
});

test("shows which ports of TCP and UDP services are open", async () => {
  const port = await start();
  expect(JSON.parse((await ask(port, "/streams")).body)).toEqual([
    { stream: "tcp 9000", port: null, problem: "is busy" },
  ]);
});

test("tells which route serves a host and path", async () => {
  const port = await start();
  const answer = await ask(port, "/routes?host=Shop.Example.com&path=/a%2520b/../cart");
  expect(JSON.parse(answer.body)).toMatchObject({
    host: "shop.example.com",
    path: "/cart",
    virtualHost: "shop.example.com",
    route: { object: "Ingress shop/web", place: "web.yaml:12", match: "prefix /" },
    upstream: { name: "shop/cart:80", endpoint: "10.0.0.7:8080" },
    problem: null,
  });
});

test("says what is missing in a question about routes", async () => {
  const port = await start();
  expect((await ask(port, "/routes")).status).toBe(400);
  expect((await ask(port, "/routes?host=a&path=b")).status).toBe(400);
  expect((await ask(port, "/routes?host=a&path=/../b")).status).toBe(400);
});

test("has an index, readiness, and nothing else", async () => {
  const port = await start();
  expect((await ask(port, "/")).body).toContain("/snapshot");
  expect((await ask(port, "/readyz")).status).toBe(200);
  expect((await ask(port, "/nothing")).status).toBe(404);
  expect((await ask(port, "/snapshot", { method: "POST" })).status).toBe(405);
  expect((await ask(port, "/snapshot", { method: "HEAD" })).body).toBe("");
});

test("what is no URL is found nowhere, and what cannot be shown is told: neither ends the process", async () => {
  const broken = { ...snapshot, certificates: [{ name: "t/odd", chain: "no certificate" }] };
  const server = new AdminServer({
    readiness: () => ({ snapshot: true, draining: false }),
    snapshot: () => broken as unknown as typeof snapshot,
    upstreams: () => Promise.reject(new Error("nobody answers")),
    workers: () => [],
    streams: () => [],
  });
  onTestFinished(() => server.close());
  const port = await server.listen(0);
  for (const target of ["http://[", "/\\\\["]) expect((await ask(port, target)).status).toBe(404);
  for (const path of ["/snapshot", "/upstreams"]) expect((await ask(port, path)).status).toBe(500);
  expect((await ask(port, "/readyz")).status).toBe(200);
});

test.each(["localhost", "localhost:10255", "127.0.0.1", "127.1.2.3:80", "[::1]:10255", "LOCALHOST"])(
  "answers to the name %s",
  async (host) => {
    const port = await start();
    expect((await ask(port, "/snapshot", { headers: { host } })).status).toBe(200);
  },
);

test.each([
  "evil.example",
  "evil.example:10255",
  "127.0.0.1.evil.example",
  "10.0.0.1",
  "localhost.evil.example",
  "[::2]",
  "a@localhost",
])("refuses the name %j, which somebody may let point here", async (host) => {
  const port = await start();
  const answer = await ask(port, "/snapshot", { headers: { host } });
  expect(answer.status).toBe(403);
  expect(answer.body).not.toContain("shop");
});
