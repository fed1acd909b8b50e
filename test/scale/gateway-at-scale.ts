import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { FakeApiServer } from "../cluster/fake/fake-api-server.ts";
import { makePair } from "../support/make-pair.ts";
import { fillCluster } from "./api-objects.ts";
import { ChangeRate, type ChangeRates } from "./change-rate.ts";
import { Controller } from "./controller.ts";
import { type Figure, mebibytes, percentiles, seconds } from "./figures.ts";
import { HeldConnections } from "./held-connections.ts";
import { hostOf, type Size } from "./made-cluster.ts";
import type { Memory } from "./process-memory.ts";
import type { Traffic } from "./traffic.ts";
import { webhookLatency } from "./webhook-latency.ts";

export interface ScaleRun {
  readonly size: Size;
  readonly rates: ChangeRates;
  /** Milliseconds under changes. */
  readonly time: number;
  readonly idle: number;
  readonly long: number;
  readonly load: { readonly rate: number; readonly secureRate: number };
  readonly profiles: string | null;
}

const REVIEWS = 200;
/** Milliseconds after the start until memory is looked at. */
const SETTLED = 3000;

/** Starts a gateway on a cluster of a size, changes it under load, and says what that took. `failed`: how many requests were not served. */
export async function gatewayAtScale(
  run: ScaleRun,
  traffic: Traffic,
): Promise<{ readonly figures: readonly Figure[]; readonly failed: number }> {
  const { size, rates, load } = run;
  const folder = await mkdtemp(path.join(tmpdir(), "ts-ingress-scale-"));
  const api = await new FakeApiServer().start();
  api.put("ingressclasses", { metadata: { name: "ts-ingress" }, spec: { controller: "ts-ingress.io/controller" } });
  await fillCluster(api, size, traffic.upstreamPort);
  const began = performance.now();
  const controller = await Controller.start(api.url, await pairIn(folder), run.profiles);
  try {
    await controller.ready();
    const start = performance.now() - began;
    const { http, https, webhook } = controller.ports;
    await delay(SETTLED);
    const atRest = controller.memory();
    const reviews = await webhookLatency(webhook, size, REVIEWS);
    const numbers = Array.from({ length: size.ingresses }, (_, index) => index);
    const hosts = numbers.slice(size.certificates).map(hostOf);
    const securedHosts = numbers.slice(0, size.certificates).map(hostOf);
    const held = await HeldConnections.open(http, hosts, run.idle, run.long);
    traffic.load({ http, https, hosts, securedHosts, ...load });
    const changes = new ChangeRate(api, size, traffic.upstreamPort, http, rates);
    const before = controller.memory();
    const ownBefore = process.cpuUsage();
    changes.start();
    await delay(run.time / 2);
    const busyReviews = await webhookLatency(webhook, size, REVIEWS);
    await delay(run.time / 2);
    const { made, seconds: lasted, probes } = await changes.stop();
    const after = controller.memory();
    const own = process.cpuUsage(ownBefore);
    const counts = await traffic.stopLoad();
    const { idleClosed, longCut } = held.lost;
    held.close();
    const failed = counts.failed + probes.failed + idleClosed + longCut;
    const problem = counts.first ?? probes.problem;
    return {
      failed,
      figures: [
        { what: "start to ready", figure: seconds(start) },
        { what: "memory at rest: primary, each worker", figure: memoryText(atRest) },
        { what: "memory after the changes", figure: memoryText(after) },
        { what: "the most they ever had", figure: after.map(({ peak }) => mebibytes(peak)).join(", ") },
        {
          what: "processor meanwhile: primary, each worker; the API server and who measures",
          figure: `${after.map((one, at) => share(one.processor - (before[at]?.processor ?? 0), lasted)).join(", ")}; ${share((own.user + own.system) / 1e6, lasted)}`,
        },
        {
          what: "changes made a second: routes, EndpointSlices",
          figure: `${(made.routes / lasted).toFixed(0)}, ${(made.endpoints / lasted).toFixed(0)}, for ${lasted.toFixed(0)} s`,
        },
        {
          what: "route changed until the first request by it (half, 99 %, most)",
          figure: percentiles(probes.first.route),
        },
        { what: "endpoints changed until the first request by it", figure: percentiles(probes.first.endpoint) },
        { what: "either until all connections are served by it", figure: percentiles(probes.everywhere) },
        { what: "changes followed", figure: String(probes.everywhere.length) },
        { what: "requests meanwhile, and their latency", figure: `${counts.requests}: ${percentiles(counts.times)}` },
        {
          what: "requests failed",
          figure: `${counts.failed + probes.failed}${problem === null ? "" : ` (${problem})`} of ${counts.requests + probes.requests}`,
        },
        {
          what: "kept connections closed, long responses cut",
          figure: `${idleClosed} of ${run.idle}, ${longCut} of ${run.long}`,
        },
        { what: "the webhook's answer at rest", figure: percentiles(reviews) },
        { what: "the webhook's answer under the changes", figure: percentiles(busyReviews) },
      ],
    };
  } finally {
    await controller.stop();
    await api.stop();
    await rm(folder, { recursive: true });
  }
}

async function pairIn(folder: string): Promise<[string, string]> {
  const pair = await makePair(["webhook.test"]);
  const files = [path.join(folder, "webhook.crt"), path.join(folder, "webhook.key")] as [string, string];
  await writeFile(files[0], pair["tls.crt"]);
  await writeFile(files[1], pair["tls.key"], { mode: 0o600 });
  return files;
}

/** "41 %" of one processor. */
function share(used: number, of: number): string {
  return `${((100 * used) / of).toFixed(0)} %`;
}

function memoryText(processes: readonly Memory[]): string {
  return processes.map(({ pss }) => mebibytes(pss)).join(", ");
}
