// F35: the process that follows the cluster stands still, or is gone; those that serve go on.
import { connect as connectTls } from "node:tls";
import { setTimeout as delay } from "node:timers/promises";
import { type FaultAlone, finding, type Finding, HOST } from "./bed.ts";
import { ClusterBed, inCluster, putSlices, served } from "./cluster-bed.ts";
import { SteadyLoad } from "./steady-load.ts";
import { readFileSync, existsSync } from "node:fs";

/** Seconds that the primary stands still. Operators meet more; FROZEN_SECONDS gives it them. */
const FROZEN = Number(process.env["FROZEN_SECONDS"] ?? 45);
/** Seconds that workers serve on without a primary, and until they have ended. */
const ORPHANED = 60;
const WORKERS = ["--workers", "2"];
/** Bytes that V8 may take in two workers for young objects, three semi-spaces of 16 MiB in each, as a load makes it do. Beyond it something is kept. */
const YOUNG = 2 * 3 * 16 * 2 ** 20;

export const primaryFaults: readonly FaultAlone[] = [
  {
    name: "F35",
    title: `the primary stands still for ${FROZEN} s; then it is killed`,
    alone: async () => [...(await inCluster(frozen, { flags: WORKERS })), ...(await killed())],
  },
];

async function frozen(bed: ClusterBed): Promise<Finding[]> {
  const { program } = bed;
  const workers = program.workers;
  const memory = (): number => workers.reduce((sum, pid) => sum + residentBytes(pid), 0);
  const load = bed.load();
  await delay(2_000);
  const before = memory();
  program.child.kill("SIGSTOP");
  const names = [];
  for (let second = 0; second < FROZEN; second += 1) {
    if (second % 5 === 0)
      names.push(await handshake(program.https, `name-${second}.example`), await handshake(program.https, undefined));
    await delay(1_000);
  }
  const grown = memory() - before;
  const stale = await program.probe("/healthz");
  program.child.kill("SIGCONT");
  // What it was told while it stood still, and what comes now.
  putSlices(bed.fake, "app", bed.endpoints.slice(0, 1));
  await delay(3_000);
  const result = await load.stop();
  const unmoved = new Set(bed.endpoints.slice(1).flatMap(({ deliveries }) => [...deliveries.keys()])).size;
  await bed.load().during(1_000);
  const moved = new Set(bed.endpoints.slice(1).flatMap(({ deliveries }) => [...deliveries.keys()])).size - unmoved;
  return [
    served("standing still: requests", result, program),
    {
      what: "handshakes for names without a certificate",
      figure: `${names.filter((time) => time < 5_000).length} of ${names.length}, the slowest ${Math.max(...names).toFixed(0)} ms`,
      holds: names.every((time) => time < 5_000),
    },
    { what: "memory of the workers meanwhile", figure: `${(grown / 1e6).toFixed(1)} MB more`, holds: grown < YOUNG },
    { what: "liveness, from which the kubelet learns of it", figure: String(stale), holds: stale === 0 },
    {
      what: "the same workers serve",
      figure: program.workers.join(" and "),
      holds: String(program.workers) === String(workers),
    },
    finding("requests to endpoints that had gone, when it is back", moved, 0),
  ];
}

async function killed(): Promise<Finding[]> {
  const bed = await ClusterBed.open({ flags: WORKERS });
  try {
    const { program } = bed;
    const workers = program.workers;
    const load = new SteadyLoad(program, HOST);
    await delay(1_000);
    program.child.kill("SIGKILL");
    const handshakes: number[] = [];
    for (let second = 0; second < 10; second += 2) {
      handshakes.push(await handshake(program.https, `orphan-${second}.example`));
      await delay(2_000);
    }
    const result = await load.stop();
    const began = performance.now();
    const left = (): number => workers.filter((pid) => existsSync(`/proc/${pid}`)).length;
    while (left() > 0 && performance.now() - began < (ORPHANED + 30) * 1_000) await delay(500);
    return [
      served("killed: requests in the next 10 s", result, program),
      {
        what: "killed: handshakes for names without a certificate",
        figure: handshakes.map((time) => time.toFixed(0)).join(", "),
        holds: handshakes.every((time) => time < 5_000),
      },
      finding("killed: workers left a minute later", left(), 0),
    ];
  } finally {
    await bed.close();
  }
}

/** @returns milliseconds until the handshake was done; Infinity where it failed */
function handshake(port: number, servername: string | undefined): Promise<number> {
  const began = performance.now();
  return new Promise((resolve) => {
    const socket = connectTls({
      port,
      host: "127.0.0.1",
      rejectUnauthorized: false,
      ...(servername === undefined ? {} : { servername }),
    });
    socket.setTimeout(12_000, () => socket.destroy(new Error("silent")));
    socket.on("error", () => resolve(Infinity));
    socket.on("close", () => resolve(Infinity));
    socket.on("secureConnect", () => {
      resolve(performance.now() - began);
      socket.destroy();
    });
  });
}

function residentBytes(pid: number): number {
  return 1024 * Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0);
}
