// The benchmark: what a plain GET through ts-ingress costs, beside what it costs through its peers, measured in one run.
// In: flags (see --help). Out: a table on stdout, progress on stderr; exit code 1 where there were errors, 2 for wrong usage.
// Never: traffic beyond loopback, a process or a file left behind (but for --save and --cpu-prof).
import { writeFile } from "node:fs/promises";
import { constants } from "node:os";
import { CommanderError } from "commander";
import { parseFlags, type Flags } from "./flags.ts";
import { autocannon } from "./load/autocannon.ts";
import type { Load } from "./load/load.ts";
import { wrk } from "./load/wrk.ts";
import { measure, type Contender } from "./measure.ts";
import { httpProxy } from "./peers/http-proxy.ts";
import { nginx } from "./peers/nginx.ts";
import type { Peer } from "./peers/peer.ts";
import { tsIngress } from "./peers/ts-ingress.ts";
import { profile } from "./profile.ts";
import { isValid, printReport, reportAsJson, type Report } from "./report.ts";
import { readSurroundings } from "./surroundings.ts";
import { TestBed } from "./test-bed.ts";
import { startUpstream } from "./upstream/upstream.ts";

const PEERS: readonly Peer[] = [tsIngress, nginx, httpProxy];

/** @returns the exit code. */
async function bench(bed: TestBed, flags: Flags): Promise<number> {
  const { load, version, remarks: loadRemarks } = await chooseLoad(bed);
  const upstream = await startUpstream(bed);
  const settings = { connections: flags.connections, duration: flags.duration };
  if (flags.cpuProf) {
    await print(await profile(bed, { load, upstreamPort: upstream.port, settings }), flags);
    return 0;
  }
  const { contenders, remarks: missing } = await findContenders(flags.peers);
  const how = { load, upstreamPort: upstream.port, rounds: flags.rounds, settings };
  const peers = await measure(bed, contenders, how, (line) => process.stderr.write(`${line}\n`));
  const report: Report = {
    ...readSurroundings(new Date()),
    pinning: bed.pinning.description,
    load: `${load.name} ${version}, ${flags.connections} connections, median of ${flags.rounds} rounds of ${flags.duration} s`,
    upstream: upstream.description,
    peers,
    remarks: [...loadRemarks, ...missing],
  };
  await print(flags.output === "json" ? reportAsJson(report) : printReport(report), flags);
  return isValid(report) ? 0 : 1;
}

async function chooseLoad(bed: TestBed): Promise<{ load: Load; version: string; remarks: readonly string[] }> {
  const version = await wrk.version(bed);
  if (version !== null) return { load: wrk, version, remarks: [] };
  const other = await autocannon.version(bed);
  if (other === null) throw new Error("neither wrk nor autocannon is here: install wrk, or run npm ci");
  const remark = "No wrk on this machine: autocannon is slower than the proxies, so only the CPU column says much";
  return { load: autocannon, version: other, remarks: [remark] };
}

async function findContenders(
  names: readonly string[],
): Promise<{ contenders: readonly Contender[]; remarks: readonly string[] }> {
  const contenders: Contender[] = [];
  const remarks: string[] = [];
  for (const peer of PEERS.filter(({ name }) => names.includes(name))) {
    const found = await peer.find();
    if ("version" in found) contenders.push({ peer, version: found.version });
    else remarks.push(`Missing: ${peer.name}, ${found.missing}`);
  }
  if (contenders.length === 0) throw new Error(remarks.join("\n"));
  return { contenders, remarks };
}

async function print(text: string, flags: Flags): Promise<void> {
  process.stdout.write(text);
  if (flags.save !== undefined) await writeFile(flags.save, text);
}

/** Rejects at the first signal to stop. Later ones change nothing: npm passes on a Ctrl-C that the terminal sent already. */
function untilStopped(): Promise<never> {
  return new Promise((_resolve, reject) => {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
      process.on(signal, () => reject(new Stopped(128 + constants.signals[signal])));
    }
  });
}

class Stopped extends Error {
  readonly exitCode: number;
  constructor(exitCode: number) {
    super("stopped");
    this.exitCode = exitCode;
  }
}

async function main(): Promise<number> {
  const stopped = untilStopped();
  // A signal may come before anybody waits for one.
  stopped.catch(() => {});
  const flags = parseFlags(
    process.argv.slice(2),
    PEERS.map(({ name }) => name),
  );
  const bed = await TestBed.open();
  try {
    return await Promise.race([bench(bed, flags), stopped]);
  } finally {
    await bed.close();
  }
}

try {
  process.exitCode = await main();
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : 2;
  else if (error instanceof Stopped) process.exitCode = error.exitCode;
  else {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}
// What was under way when a signal came may still wait for something: everything it started is gone.
process.exit();
