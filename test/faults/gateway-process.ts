// A process: a data plane on free ports of loopback, that takes its routes and answers what it uses by message.
import { readdirSync } from "node:fs";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { connectionLimit } from "../../src/connection-limit.ts";
import { DataPlane } from "../../src/data-plane/data-plane.ts";
import type { CertificatePair } from "../../src/snapshot/pair.ts";
import { seal } from "../../src/snapshot/seal.ts";
import type { Order, Sample } from "./gateway-under-test.ts";

const pair = JSON.parse(process.argv[2] as string) as CertificatePair;
const address = { host: process.argv[3] as string, port: 0 };
const failures: Record<string, number> = {};
const problems: string[] = [];
for (const event of ["uncaughtException", "unhandledRejection", "warning"])
  process.on(event, (error: Error) => problems.push(`${event}: ${error.stack ?? String(error)}`));

const dataPlane = new DataPlane({
  http: address,
  https: address,
  defaultCertificate: async () => pair,
  allowLoopbackNames: true,
  limits: { connections: connectionLimit() },
  // Short, so that a campaign ends; what is tested is that they hold.
  timeouts: {
    connect: 1_000,
    upstreamRead: 2_000,
    requestHead: 3_000,
    requestBody: 3_000,
    keepAlive: 8_000,
    downstreamWrite: 4_000,
  },
  onFinished: ({ record }) => {
    if (record.failure !== null) failures[record.failure] = (failures[record.failure] ?? 0) + 1;
  },
});
const delay = monitorEventLoopDelay({ resolution: 10 });
delay.enable();

process.on("message", (order: Order) => {
  if (order.kind === "apply") dataPlane.apply(seal(order.fragment));
  if (order.kind === "drain") void dataPlane.drain(order.times).then(() => process.send?.("drained"));
  if (order.kind === "sample") process.send?.(sample());
});
process.on("disconnect", () => process.exit());
const ports = await dataPlane.listen();
process.send?.(ports);

function sample(): Sample {
  // Also gives back what was kept for the next time.
  globalThis.gc?.({ type: "major", execution: "sync", flavor: "last-resort" });
  const { heapUsed, external } = process.memoryUsage();
  const { user, system } = process.cpuUsage();
  const p99 = delay.percentile(99) / 1e6;
  delay.reset();
  const upstreams = dataPlane.upstreamStatus();
  const endpoints = upstreams.flatMap((upstream) => upstream.endpoints);
  return {
    memory: process.memoryUsage.rss(),
    kept: heapUsed + external,
    cpu: (user + system) / 1e6,
    // One of them is the folder that is being read.
    files: readdirSync("/proc/self/fd").length - 1,
    connections: dataPlane.connectionCount,
    active: endpoints.reduce((sum, endpoint) => sum + endpoint.active, 0),
    idle: endpoints.reduce((sum, endpoint) => sum + endpoint.idle, 0),
    ejected: endpoints.filter((endpoint) => endpoint.ejected).length,
    retries: upstreams.reduce((sum, { retries }) => sum + retries, 0),
    loop: p99,
    failures: { ...failures },
    problems: [...problems],
  };
}
