// /metrics of a whole gateway, by itself and with workers.
import { expect, test } from "vitest";
import type { GatewayOptions } from "../../src/gateway.ts";
import { ingress, service } from "../cli/manifests.ts";
import { type FolderGateway, LOOPBACK, startFolderGateway } from "../support/folder-gateway.ts";
import { nodeUpstream } from "../support/servers.ts";
import { ask } from "../telemetry/ask.ts";
import { BOTH } from "../telemetry/metrics/meter-settings.ts";
import { readExposition, type ReadMetric, valueOf } from "../telemetry/metrics/read-exposition.ts";

const HOST = "shop.example.com";

async function start(options: Partial<GatewayOptions> = {}): Promise<FolderGateway> {
  const { port } = await nodeUpstream((_request, response) => response.end("hello"));
  const metrics = { meter: BOTH, identity: { namespace: "n", className: "c", pod: "p" }, version: "1.2.3" };
  return startFolderGateway(
    { "m.yaml": service("web", 80, port) + ingress() },
    { health: LOOPBACK, metrics, ...options },
  );
}

async function look({ health }: FolderGateway): Promise<ReadonlyMap<string, ReadMetric>> {
  const { status, body } = await ask(health, "/metrics");
  expect(status).toBe(200);
  return readExposition(body);
}

const get = async ({ http }: FolderGateway, path: string, host = HOST): Promise<number> =>
  (await ask(http, path, { headers: { host } })).status;

test("a gateway by itself tells what it served", async () => {
  const finished: string[] = [];
  const served = await start({ onFinished: ({ request }) => finished.push(request.target) });
  expect([await get(served, "/one"), await get(served, "/two"), await get(served, "/", "other.example")]).toEqual([
    200, 200, 404,
  ]);
  const metrics = await look(served);
  const labels = { host: HOST, ingress: "web", service: "web", path: "/", method: "GET", status: "200" };
  expect(valueOf(metrics, "ts_ingress_requests_total", labels)).toBe(2);
  expect(valueOf(metrics, "ts_ingress_failures_total", { failure: "no_route" })).toBe(1);
  expect(valueOf(metrics, "nginx_ingress_controller_requests", labels)).toBe(2);
  expect(valueOf(metrics, "nginx_ingress_controller_config_last_reload_successful")).toBe(1);
  expect(valueOf(metrics, "ts_ingress_connections_accepted_total", { listener: "http" })).toBe(3);
  expect(valueOf(metrics, "ts_ingress_endpoints", { service: "web", state: "ready" })).toBe(1);
  expect(valueOf(metrics, "ts_ingress_snapshot_info", { revision: served.gateway.snapshot.revision })).toBe(1);
  expect(valueOf(metrics, "ts_ingress_process_cpu_seconds_total", { process: "primary" })).toBeGreaterThan(0);
  expect(finished).toEqual(["/one", "/two", "/"]);
  expect(valueOf(await look(served), "ts_ingress_requests_total", labels)).toBe(2);
});

test("what workers served is one number, which those that are killed or replaced do not take with them", async () => {
  const served = await start({ workers: { count: 1, retirementGrace: 10_000 } });
  const { gateway, problems, until } = served;
  for (let count = 0; count < 20; count += 1) expect(await get(served, "/")).toBe(200);
  const before = await look(served);
  expect(valueOf(before, "ts_ingress_requests_total")).toBe(20);
  expect(valueOf(before, "ts_ingress_workers", { state: "serving" })).toBe(1);
  const measured = before.get("ts_ingress_process_heap_bytes")?.samples.map(({ labels }) => labels["process"]);
  expect(measured?.toSorted()).toEqual(["primary", "worker-1"]);
  process.kill(gateway.workers[0]?.process ?? 0, "SIGKILL");
  await until("the end of a worker", () => problems.some((problem) => problem.includes("SIGKILL")));
  expect(valueOf(await look(served), "nginx_ingress_controller_requests")).toBe(20);
  // It waits for the worker that is started in the place of the other.
  expect(await get(served, "/")).toBe(200);
  await gateway.replaceWorkers();
  for (let count = 0; count < 4; count += 1) expect(await get(served, "/")).toBe(200);
  const after = await look(served);
  expect(valueOf(after, "ts_ingress_requests_total")).toBe(25);
  expect(valueOf(after, "nginx_ingress_controller_nginx_process_requests_total")).toBe(25);
  expect(valueOf(after, "ts_ingress_workers_started_total")).toBe(3);
});
