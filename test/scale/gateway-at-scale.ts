import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { makePair } from "../support/make-pair.ts";
import { ChangeRate, type ChangeRates, type Changes } from "./change-rate.ts";
import { Controller } from "./controller.ts";
import type { Figure } from "./figures.ts";
import { gatewayFigures, type Used } from "./gateway-figures.ts";
import { HeldConnections } from "./held-connections.ts";
import { hostOf, type Size } from "./made-cluster.ts";
import type { MeasuredCluster } from "./measured-cluster.ts";
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
  readonly say: (line: string) => void;
  /** Called when the gateway is ready, when changes begin and when they end, while all is still there. */
  readonly at?: (moment: "ready" | "changing" | "changed") => Promise<unknown>;
}

const REVIEWS = 200;
/** Milliseconds after the start until memory is looked at. */
const SETTLED = 3000;
/** Milliseconds that a start may take. */
const STARTING = 300_000;

/** Starts a gateway on a cluster of a size, changes it under load, and says what that took. `failed`: how many requests were not served. */
export async function gatewayAtScale(
  cluster: MeasuredCluster,
  run: ScaleRun,
  traffic: Traffic,
): Promise<{ readonly figures: readonly Figure[]; readonly failed: number }> {
  const { size, rates, load, say, at = () => Promise.resolve() } = run;
  const folder = await mkdtemp(path.join(tmpdir(), "ts-ingress-scale-"));
  const began = performance.now();
  const controller = await Controller.start(cluster, await pairIn(folder), run.profiles);
  try {
    await controller.ready(STARTING);
    const start = performance.now() - began;
    say(`the gateway is ready after ${(start / 1000).toFixed(1)} s`);
    await at("ready");
    const { http, https, webhook } = controller.ports;
    await delay(SETTLED);
    const atRest = controller.memory();
    const reviews = await webhookLatency(webhook, size, REVIEWS, run.time / 2);
    const numbers = Array.from({ length: size.ingresses }, (_, index) => index);
    const hosts = numbers.slice(size.certificates).map(hostOf);
    const securedHosts = numbers.slice(0, size.certificates).map(hostOf);
    const held = await HeldConnections.open(http, hosts, run.idle, run.long);
    traffic.load({ http, https, hosts, securedHosts, ...load });
    await at("changing");
    say(`changing it for ${run.time / 1000} s`);
    const changing = new ChangeRate(cluster, size, http, rates);
    const used = (): Used => ({
      at: performance.now(),
      gateway: controller.memory(),
      programs: cluster.used(),
      own: process.cpuUsage(),
    });
    const before = used();
    const { busyReviews, changes } = await whileChanging(changing, run.time, () =>
      webhookLatency(webhook, size, REVIEWS, run.time / 2),
    );
    const after = used();
    const counts = await traffic.stopLoad();
    const { lost } = held;
    held.close();
    await at("changed");
    const end = used();
    const measured = { start, atRest, before, after, end, changes, counts, lost, reviews, busyReviews };
    return {
      failed: counts.failed + changes.probes.failed + lost.idleClosed + lost.longCut,
      figures: gatewayFigures(measured, run),
    };
  } finally {
    await controller.stop();
    await rm(folder, { recursive: true });
  }
}

/** Changes for a time, in the middle of which something is asked. */
async function whileChanging(
  changing: ChangeRate,
  time: number,
  ask: () => Promise<number[]>,
): Promise<{ readonly busyReviews: readonly number[]; readonly changes: Changes }> {
  changing.start();
  try {
    await delay(time / 2);
    const busyReviews = await ask();
    await delay(time / 2);
    return { busyReviews, changes: await changing.stop() };
  } catch (error) {
    await changing.stop().catch(() => undefined);
    throw error;
  }
}

async function pairIn(folder: string): Promise<[string, string]> {
  const pair = await makePair(["webhook.test"]);
  const files = [path.join(folder, "webhook.crt"), path.join(folder, "webhook.key")] as [string, string];
  await writeFile(files[0], pair["tls.crt"]);
  await writeFile(files[1], pair["tls.key"], { mode: 0o600 });
  return files;
}
