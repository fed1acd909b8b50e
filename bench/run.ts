// The benchmark: what work costs ts-ingress, beside what it costs its peers, measured in one run.
// In: flags (see --help). Out: tables on stdout and in bench/results, progress on stderr; exit code 1 where there were errors, 2 for wrong usage.
// Never: traffic beyond loopback, a process or a file left behind but for the results.
import { mkdir, writeFile } from "node:fs/promises";
import { constants } from "node:os";
import path from "node:path";
import { CommanderError } from "commander";
import { makeCertificate } from "./certificate.ts";
import { chart } from "./chart.ts";
import { revision } from "./compare.ts";
import { contendersFor, type Field, findPeers, missingProgram } from "./field.ts";
import { parseFlags, type Flags } from "./flags.ts";
import { judge } from "./gates.ts";
import { measure } from "./measure.ts";
import type { MemoryPeerResult } from "./measured.ts";
import { MEMORY } from "./memory/memory.ts";
import type { Setting } from "./peers/peer.ts";
import { PEERS } from "./peers/peers.ts";
import { tsIngress } from "./peers/ts-ingress.ts";
import { profile } from "./profile.ts";
import { writeInto } from "./readme.ts";
import { isValid, printReport, reportAsJson, type Report } from "./report.ts";
import type { Scenario } from "./scenarios/scenario.ts";
import { SCENARIOS } from "./scenarios/scenarios.ts";
import { readSurroundings } from "./surroundings.ts";
import { TestBed } from "./test-bed.ts";
import { startUpstream, startWebSocketUpstream } from "./upstream/upstream.ts";

/** What both kinds of measuring work with. */
interface Run {
  readonly bed: TestBed;
  readonly flags: Flags;
  readonly field: Field;
  readonly settingOf: (scenario: Pick<Scenario, "upstream">) => Setting;
}

const say = (line: string): void => void process.stderr.write(`${line}\n`);

/** @returns the exit code. */
async function bench(bed: TestBed, flags: Flags): Promise<number> {
  const upstream = await startUpstream(bed);
  const webSockets = await startWebSocketUpstream(bed);
  const certificate = await makeCertificate(bed);
  const settingOf: Run["settingOf"] = (scenario) => ({
    upstreamPort: scenario.upstream === "websocket" ? webSockets : upstream.port,
    certificate,
  });
  if (flags.cpuProf) {
    const first = SCENARIOS.find(({ name }) => flags.scenario.includes(name));
    if (first === undefined) throw new Error("--cpu-prof needs a scenario that is a load");
    process.stdout.write(await profile(bed, first, settingOf(first), flags));
    return 0;
  }
  const other = flags.compare === undefined ? null : await revision(bed, flags.compare);
  try {
    const all = PEERS.filter(({ name }) => flags.peers.includes(name));
    const field = await findPeers(other === null ? all : [tsIngress, other.peer]);
    const begun: Report = {
      ...readSurroundings(new Date()),
      pinning: bed.pinning.description,
      load: `${flags.connections} connections, median of ${flags.rounds} rounds of ${flags.duration} s; wrk, h2load, openssl s_time`,
      upstream: upstream.description,
      scenarios: [],
      memory: [],
      remarks: field.remarks,
    };
    const run = { bed, flags, field, settingOf };
    const report = await measureMemory(run, await measureAll(run, begun));
    const text = printReport(report);
    process.stdout.write(text);
    if (flags.readme) await writeInto(new URL("../README.md", import.meta.url).pathname, text, "bench table");
    const broken = judge(report).some(({ holds }) => holds !== true);
    return isValid(report) && !(flags.gates && broken) ? 0 : 1;
  } finally {
    await other?.remove();
  }
}

async function measureAll({ bed, flags, field, settingOf }: Run, begun: Report): Promise<Report> {
  let report = begun;
  for (const scenario of SCENARIOS.filter(({ name }) => flags.scenario.includes(name))) {
    const { name, title, unit } = scenario;
    const missing = await missingProgram(bed, scenario);
    if (missing === null) {
      const contenders = contendersFor(scenario, field, settingOf(scenario));
      const { peers, leftOut } = await measure(bed, scenario, contenders, { ...flags, progress: say });
      const remarks = [...report.remarks, ...leftOut.map((peer) => `Left out: ${title}, ${peer} could not do it`)];
      report = { ...report, scenarios: [...report.scenarios, { name, title, unit, peers }], remarks };
    } else {
      report = { ...report, remarks: [...report.remarks, `Left out: ${title}, no ${missing} on this machine`] };
    }
    await write(report, flags);
  }
  return report;
}

async function measureMemory({ bed, flags, field, settingOf }: Run, begun: Report): Promise<Report> {
  let report = begun;
  for (const scenario of MEMORY.filter(({ name }) => flags.scenario.includes(name))) {
    const { name, title, unit } = scenario;
    const peers: MemoryPeerResult[] = [];
    for (const { peer, version } of field.peers.filter(({ peer }) => scenario.admits(peer))) {
      const each: number[] = [];
      for (let tries = 0; tries < Math.min(3, flags.rounds); tries++) {
        each.push(await scenario.measure(bed, peer, settingOf({})));
      }
      say(`${name}: ${peer.name} ${each.map((size) => size.toFixed(2)).join(", ")} KiB`);
      peers.push({ name: peer.name, version, each });
    }
    report = { ...report, memory: [...report.memory, { name, title, unit, peers }] };
    await write(report, flags);
  }
  return report;
}

/** After each scenario, so that what comes later cannot lose it. */
async function write(report: Report, { results }: Flags): Promise<void> {
  await mkdir(results, { recursive: true });
  await writeFile(path.join(results, "latest.json"), reportAsJson(report));
  await writeFile(path.join(results, "latest.md"), printReport(report));
  await writeFile(path.join(results, "chart.svg"), chart(report));
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
  const peers = PEERS.map(({ name }) => name);
  const scenarios = [...SCENARIOS, ...MEMORY].map(({ name }) => name);
  const flags = parseFlags(process.argv.slice(2), peers, scenarios);
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
