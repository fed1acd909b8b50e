import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { findNginx, freePort } from "../../bench/nginx.ts";
import { type Figure, failedOf, mebibytes, percentiles, seconds } from "./figures.ts";
import { keptConnections } from "./gateway-figures.ts";
import { HeldConnections } from "./held-connections.ts";
import { hostOf, type Size } from "./made-cluster.ts";
import { makeManyPairs } from "./many-pairs.ts";
import { addressesOf, nginxConfiguration } from "./nginx-configuration.ts";
import { Probes } from "./probes.ts";
import { memoryOfTree, totalOf } from "./process-memory.ts";
import type { Traffic } from "./traffic.ts";

export interface NginxRun {
  readonly size: Size;
  readonly idle: number;
  readonly long: number;
  /** Requests a second while it reloads. */
  readonly rate: number;
}

/** Reloads one after another, as they come where objects keep changing. */
const RELOADS = 3;

/** The same servers in the configuration of an nginx with two workers, one of which is changed. Empty figures where there is no nginx. */
export async function nginxAtScale({ size, idle, long, rate }: NginxRun, traffic: Traffic): Promise<Figure[]> {
  const nginx = await findNginx();
  if (nginx === null) return [{ what: "nginx", figure: "is not on this machine" }];
  const folder = await mkdtemp(path.join(tmpdir(), "ts-ingress-scale-nginx-"));
  const [port, tlsPort] = [await freePort(), await freePort()];
  const changedAt = size.ingresses - 1;
  await writePairs(folder, size);
  const write = (version: number): Promise<void> =>
    writeFile(
      path.join(folder, "nginx.conf"),
      nginxConfiguration({ folder, port, tlsPort, size, upstream: traffic.upstreamPort, changedAt, version }),
    );
  await write(0);
  const began = performance.now();
  const child = spawn(nginx.program, ["-p", folder, "-c", "nginx.conf"], { stdio: ["ignore", "ignore", "inherit"] });
  try {
    await untilServed(child, port, size);
    const start = performance.now() - began;
    await delay(1000);
    const atRest = totalOf(memoryOfTree(child.pid ?? 0));
    const hosts = Array.from({ length: size.ingresses - size.certificates }, (_, at) => hostOf(at + size.certificates));
    const held = await HeldConnections.open(port, hosts, idle, long);
    traffic.load({ http: port, https: null, hosts, securedHosts: [], rate, secureRate: 0 });
    const probes = new Probes(port);
    let most = atRest;
    const watching = setInterval(() => (most = Math.max(most, totalOf(memoryOfTree(child.pid ?? 0)))), 500);
    for (let version = 1; version <= RELOADS; version += 1) {
      await write(version);
      child.kill("SIGHUP");
      const served = addressesOf(changedAt, version, size);
      probes.follow("route", hostOf(changedAt), (address) => served.has(address));
      while (probes.follows(hostOf(changedAt))) await delay(20);
    }
    await delay(1000);
    clearInterval(watching);
    const after = totalOf(memoryOfTree(child.pid ?? 0));
    const counts = await traffic.stopLoad();
    await probes.finish();
    const { lost } = held;
    held.close();
    return [
      { what: "version", figure: nginx.version },
      { what: "start to the first request", ...seconds(start) },
      { what: "memory at rest, all processes", ...mebibytes(atRest) },
      { what: "one server changed until the first request by it", ...percentiles(probes.first.route) },
      { what: "until all connections are served by it", ...percentiles(probes.everywhere) },
      { what: `memory after ${RELOADS} reloads, and at most`, ...mebibytes(after, most) },
      { what: "latency of requests meanwhile", ...percentiles(counts.times) },
      {
        what: "requests failed",
        ...failedOf(counts.failed + probes.failed, counts.requests + probes.requests, counts.first),
      },
      keptConnections(lost, idle, long),
    ];
  } finally {
    child.kill("SIGTERM");
    await once(child, "exit");
    await rm(folder, { recursive: true });
  }
}

async function writePairs(folder: string, size: Size): Promise<void> {
  await mkdir(path.join(folder, "pairs"));
  const pairs = await makeManyPairs(Array.from({ length: size.certificates }, (_, index) => hostOf(index)));
  for (const [index, pair] of pairs.entries()) {
    await writeFile(path.join(folder, "pairs", `${index}.pem`), pair["tls.crt"] + pair["tls.key"]);
  }
}

async function untilServed(child: ChildProcess, port: number, size: Size): Promise<void> {
  while (child.exitCode === null) {
    const probes = new Probes(port);
    probes.follow("route", hostOf(size.certificates), () => true);
    await probes.finish();
    if (probes.failed === 0) return;
  }
  throw new Error("nginx has ended");
}
