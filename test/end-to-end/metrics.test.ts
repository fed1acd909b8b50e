// /metrics of a whole gateway, by itself and with workers.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { ManifestFolder } from "../../src/control-plane/sources/manifest-folder.ts";
import { startGateway, type Gateway, type GatewayOptions } from "../../src/gateway.ts";
import { ingress, service } from "../cli/manifests.ts";
import { temporaryFolder } from "../cli/run-cli.ts";
import { ask } from "../telemetry/ask.ts";
import { BOTH } from "../telemetry/metrics/meter-settings.ts";
import { readExposition, type ReadMetric, valueOf } from "../telemetry/metrics/read-exposition.ts";
import { Waiting } from "../support/waiting.ts";

const HOST = "shop.example.com";

async function start(options: Partial<GatewayOptions> = {}): Promise<Gateway> {
  const server = createServer((_request, response) => response.end("hello"));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const gateway = await startGateway({
    sources: [new ManifestFolder(await temporaryFolder({ "m.yaml": service("web", 80, port) + ingress() }))],
    translate: { ingressClasses: ["ts-ingress"], serveWithoutClass: true, maps: [], allowLoopbackNames: true },
    quiet: 1,
    http: { host: "127.0.0.1", port: 0 },
    health: { host: "127.0.0.1", port: 0 },
    allowLoopbackNames: true,
    metrics: { meter: BOTH, identity: { namespace: "n", className: "c", pod: "p" }, version: "1.2.3" },
    ...options,
  });
  onTestFinished(() => gateway.close());
  return gateway;
}

async function look({ ports }: Gateway): Promise<ReadonlyMap<string, ReadMetric>> {
  const { status, body } = await ask(ports.health ?? 0, "/metrics");
  expect(status).toBe(200);
  return readExposition(body);
}

const get = async ({ ports }: Gateway, path: string, host = HOST): Promise<number> =>
  (await ask(ports.http ?? 0, path, { headers: { host } })).status;

test("a gateway by itself tells what it served", async () => {
  const finished: string[] = [];
  const gateway = await start({ onFinished: ({ request }) => finished.push(request.target) });
  expect([await get(gateway, "/one"), await get(gateway, "/two"), await get(gateway, "/", "other.example")]).toEqual([
    200, 200, 404,
  ]);
  const metrics = await look(gateway);
  const labels = { host: HOST, ingress: "web", service: "web", path: "/", method: "GET", status: "200" };
  expect(valueOf(metrics, "ts_ingress_requests_total", labels)).toBe(2);
  expect(valueOf(metrics, "ts_ingress_failures_total", { failure: "no_route" })).toBe(1);
  expect(valueOf(metrics, "nginx_ingress_controller_requests", labels)).toBe(2);
  expect(valueOf(metrics, "nginx_ingress_controller_config_last_reload_successful")).toBe(1);
  expect(valueOf(metrics, "ts_ingress_connections_accepted_total", { listener: "http" })).toBe(3);
  expect(valueOf(metrics, "ts_ingress_endpoints", { service: "web", state: "ready" })).toBe(1);
  expect(valueOf(metrics, "ts_ingress_snapshot_info", { revision: gateway.snapshot.revision })).toBe(1);
  expect(valueOf(metrics, "ts_ingress_process_cpu_seconds_total", { process: "primary" })).toBeGreaterThan(0);
  expect(finished).toEqual(["/one", "/two", "/"]);
  expect(valueOf(await look(gateway), "ts_ingress_requests_total", labels)).toBe(2);
});

test("what workers served is one number, which those that are killed or replaced do not take with them", async () => {
  const waiting = new Waiting();
  const problems: string[] = [];
  const gateway = await start({
    workers: { count: 1, retirementGrace: 10_000 },
    onProblem: (message) => {
      problems.push(message);
      waiting.changed();
    },
  });
  for (let count = 0; count < 20; count += 1) expect(await get(gateway, "/")).toBe(200);
  const before = await look(gateway);
  expect(valueOf(before, "ts_ingress_requests_total")).toBe(20);
  expect(valueOf(before, "ts_ingress_workers", { state: "serving" })).toBe(1);
  const measured = before.get("ts_ingress_process_heap_bytes")?.samples.map(({ labels }) => labels["process"]);
  expect(measured?.toSorted()).toEqual(["primary", "worker-1"]);
  process.kill(gateway.workers[0]?.process ?? 0, "SIGKILL");
  await waiting.until("the end of a worker", () => problems.some((problem) => problem.includes("SIGKILL")));
  expect(valueOf(await look(gateway), "nginx_ingress_controller_requests")).toBe(20);
  // It waits for the worker that is started in the place of the other.
  expect(await get(gateway, "/")).toBe(200);
  await gateway.replaceWorkers();
  for (let count = 0; count < 4; count += 1) expect(await get(gateway, "/")).toBe(200);
  const after = await look(gateway);
  expect(valueOf(after, "ts_ingress_requests_total")).toBe(25);
  expect(valueOf(after, "nginx_ingress_controller_nginx_process_requests_total")).toBe(25);
  expect(valueOf(after, "ts_ingress_workers_started_total")).toBe(3);
});
