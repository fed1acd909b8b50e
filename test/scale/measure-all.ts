import { loadavg } from "node:os";
import { readSurroundings } from "../../bench/surroundings.ts";
import { FakeCluster } from "./fake-cluster.ts";
import { count } from "./figures.ts";
import type { Flags, Part } from "./flags.ts";
import { gatewayAtScale, type ScaleRun } from "./gateway-at-scale.ts";
import { sizeOf } from "./made-cluster.ts";
import { nginxAtScale } from "./nginx-at-scale.ts";
import { RealCluster } from "./real-cluster.ts";
import { type Column, markdown, type Report, writeReport } from "./report.ts";
import { Traffic } from "./traffic.ts";

/** Connections kept idle, and responses that last. */
const HELD = { idle: 500, long: 50 };
const MINUTE = 60_000;

type Say = (line: string) => void;

/** Measures one after another what the flags name, prints and writes it. @returns how many requests to the gateway failed, and parts of the run */
export async function measureAll(flags: Flags, say: Say): Promise<number> {
  const columns: Record<Part, Column[]> = { fake: [], nginx: [], real: [] };
  let failed = 0;
  let report = reportOf(flags, columns);
  const measure = async (part: Part, ingresses: number): Promise<void> => {
    say(`${part}, ${count(ingresses)} Ingresses`);
    const traffic = await Traffic.start();
    try {
      const measured = await MEASURES[part](flags, ingresses, traffic, say);
      failed += measured.failed;
      columns[part].push(measured);
    } catch (error) {
      failed += 1;
      say(`FAILED: ${part}, ${count(ingresses)} Ingresses: ${(error as Error).stack ?? String(error)}`);
    } finally {
      traffic.close();
    }
    // After each, so that what comes later cannot lose it.
    report = { ...report, tables: tablesOf(columns) };
    await writeReport(report, flags.docs);
  };
  for (const ingresses of flags.ingresses) {
    for (const part of ["fake", "nginx"] as const) if (flags.only.includes(part)) await measure(part, ingresses);
  }
  if (flags.only.includes("real")) await measure("real", flags.realIngresses);
  process.stdout.write(markdown(report));
  return failed;
}

type Measure = (
  flags: Flags,
  ingresses: number,
  traffic: Traffic,
  say: Say,
) => Promise<Column & { readonly failed: number }>;

const MEASURES: Readonly<Record<Part, Measure>> = {
  async fake(flags, ingresses, traffic, say) {
    const run = runOf(flags, ingresses, say);
    const cluster = await FakeCluster.start(run.size, traffic.upstreamPort);
    try {
      return { title: `${count(ingresses)} Ingresses`, ...(await gatewayAtScale(cluster, run, traffic)) };
    } finally {
      await cluster.close();
    }
  },
  async nginx({ rate }, ingresses, traffic) {
    const figures = await nginxAtScale({ size: sizeOf(ingresses), ...HELD, rate }, traffic);
    return { title: `${count(ingresses)} servers`, figures, failed: 0 };
  },
  async real(flags, ingresses, traffic, say) {
    const run = runOf(flags, ingresses, say);
    const cluster = await RealCluster.start(run.size, traffic.upstreamPort, say);
    const { statuses } = cluster;
    const at: NonNullable<ScaleRun["at"]> = async (moment) => {
      await statuses.look();
      if (moment === "changed") await statuses.all(flags.statuses * MINUTE, say);
    };
    try {
      const { figures, failed } = await gatewayAtScale(cluster, { ...run, at }, traffic);
      const all = [cluster.loaded, ...figures, ...(await statuses.figures())];
      return { title: `${count(ingresses)}, real API server`, figures: all, failed };
    } finally {
      await cluster.close();
    }
  },
};

function runOf(flags: Flags, ingresses: number, say: Say): ScaleRun {
  const { routes, changes, seconds, rate, profiles } = flags;
  return {
    size: sizeOf(ingresses),
    rates: { routes, endpoints: changes },
    time: seconds * 1000,
    ...HELD,
    load: { rate, secureRate: rate / 20 },
    profiles,
    say,
  };
}

function reportOf({ routes, changes, seconds, rate }: Flags, columns: Record<Part, Column[]>): Report {
  const [average = 0] = loadavg();
  return {
    ...readSurroundings(new Date()),
    facts: [
      `${count(routes)} Ingresses and ${count(changes)} EndpointSlices were to change a second, for ${seconds} s, under ` +
        `${rate} requests a second and ${rate / 20} with a TLS handshake each`,
      "Times are half / 99 % / all of them at most; memory is proportional set size",
      `Load of the machine over the minute before: ${average.toFixed(1)}`,
    ],
    tables: tablesOf(columns),
  };
}

function tablesOf({ fake, nginx, real }: Record<Part, Column[]>): Report["tables"] {
  const tables = [
    { title: "ts-ingress", columns: [...fake, ...real] },
    { title: "nginx", columns: nginx },
  ];
  return tables.filter(({ columns }) => columns.length > 0);
}
