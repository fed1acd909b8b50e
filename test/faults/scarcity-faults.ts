// F40 and F41: too little processor, too little memory.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { closeAll, openMany } from "./attackers.ts";
import { describe, type FaultAlone, finding, type Finding, HOST } from "./bed.ts";
import { type ClusterBed, inCluster, putIngress, putService, putSlices } from "./cluster-bed.ts";
import { canLimit, ControlGroup, type GroupLimits } from "./control-group.ts";
import { type LoadResult, REFUSED } from "./steady-load.ts";

const MEBIBYTE = 1024 * 1024;
/** Of one processor. */
const PROCESSOR = 0.1;
/** A little less than `--workers auto` wants for two workers. */
const MEMORY = 400 * MEBIBYTE;
/** Seconds after the end of it in which all must be served again. */
const RECOVERY = 15;
const missing = (): string | null => (canLimit() ? null : "needs root and control groups that may be written");

export const scarcityFaults: readonly FaultAlone[] = [
  {
    name: "F40",
    title: "a tenth of a processor, and five times the clients that it is enough for",
    missing,
    alone: () => limited({ processors: PROCESSOR }, ["--workers", "1"], starving),
  },
  {
    name: "F41",
    title: `${MEMORY / MEBIBYTE} MiB of memory, and clients who want more`,
    missing,
    alone: () => limited({ memory: MEMORY }, ["--workers", "2"], greedy),
  },
];

async function limited(
  limits: GroupLimits,
  flags: readonly string[],
  run: (bed: ClusterBed, group: ControlGroup) => Promise<Finding[]>,
): Promise<Finding[]> {
  const group = new ControlGroup(limits);
  try {
    return await inCluster((bed) => run(bed, group), { flags, inside: group.inside });
  } finally {
    await group.close();
  }
}

async function starving(bed: ClusterBed): Promise<Finding[]> {
  const { program } = bed;
  const seconds = 6;
  const alone = await bed.load().during(seconds * 1_000);
  const loads = Array.from({ length: 5 }, () => bed.load());
  const probes: number[] = [];
  for (let probe = 0; probe < seconds * 2; probe += 1) {
    const began = performance.now();
    const status = await program.probe("/livez", 5_000);
    probes.push(status === 200 ? performance.now() - began : Infinity);
    await delay(Math.max(0, 500 - (performance.now() - began)));
  }
  const results = await Promise.all(loads.map((load) => load.stop()));
  const right = results.reduce((sum, result) => sum + result.right, 0);
  return [
    { what: "what it can serve", figure: describe(alone), holds: alone.right > 0 },
    {
      what: "what it serves of too much",
      figure: `${right}, ${((100 * right) / alone.right).toFixed(0)} %`,
      holds: right >= 0.6 * alone.right,
    },
    onlyShed("the rest", results),
    {
      what: "liveness, the slowest",
      figure: `${Math.max(...probes).toFixed(0)} ms`,
      holds: Math.max(...probes) < 1_000,
    },
  ];
}

async function greedy(bed: ClusterBed, group: ControlGroup): Promise<Finding[]> {
  const { program, fake } = bed;
  const workers = program.workers;
  const large = createServer((_request, response) => response.end(Buffer.alloc(24 * MEBIBYTE)));
  await new Promise<void>((resolve) => large.listen(0, "127.0.0.1", resolve));
  putService(fake, "large");
  putSlices(fake, "large", [{ port: (large.address() as AddressInfo).port }]);
  putIngress(fake, "large", `large.${HOST}`, "large", {
    annotations: {
      "nginx.ingress.kubernetes.io/proxy-request-buffering": "on",
      "nginx.ingress.kubernetes.io/proxy-body-size": "0",
    },
  });
  await delay(1_000);
  const load = bed.load();
  const readers = await openMany(600, program.http);
  for (const { socket } of readers) {
    socket.pause();
    socket.write(`GET /x HTTP/1.1\r\nHost: large.${HOST}\r\n\r\n`);
  }
  const senders = await openMany(200, program.http);
  for (const { socket } of senders) {
    socket.write(`POST /x HTTP/1.1\r\nHost: large.${HOST}\r\nContent-Length: ${64 * MEBIBYTE}\r\n\r\n`);
    socket.write(Buffer.alloc(4 * MEBIBYTE));
  }
  const bombers = await openMany(400, program.http);
  for (const { socket } of bombers)
    socket.write(`GET /x HTTP/1.1\r\nHost: ${HOST}\r\n${`X-Y: ${"y".repeat(250)}\r\n`.repeat(90)}`);
  await delay(6_000);
  const { memory } = group;
  const result = await load.stop();
  for (const clients of [readers, senders, bombers]) closeAll(clients);
  large.closeAllConnections();
  large.close();
  const ended = performance.now();
  const seconds = (): number => (performance.now() - ended) / 1_000;
  await delay(1_000);
  let after = await bed.load().during(1_500);
  while (after.right < after.requests && seconds() < 2 * RECOVERY) after = await bed.load().during(1_500);
  return [
    finding("ended by the kernel", group.killed, 0),
    {
      what: "the same workers serve",
      figure: program.workers.join(" and "),
      holds: String(workers) === String(program.workers),
    },
    { what: "memory in use", figure: `${(memory / MEBIBYTE).toFixed(0)} MiB`, holds: memory < MEMORY },
    onlyShed("good clients meanwhile", [result]),
    {
      what: "afterwards",
      figure: `after ${seconds().toFixed(1)} s ${describe(after)}`,
      holds: after.right === after.requests && seconds() < RECOVERY,
    },
  ];
}

/** Refused for want of something, and nothing else. */
function onlyShed(what: string, results: readonly LoadResult[]): Finding {
  const kinds = new Set(results.flatMap(({ wrong }) => [...wrong.keys()]));
  const holds =
    [...kinds].every((kind) => ["503", REFUSED].includes(kind)) &&
    results.every(({ corrupt, right }) => corrupt === 0 && right > 0);
  return { what, figure: results.map(describe).join("; "), holds };
}
