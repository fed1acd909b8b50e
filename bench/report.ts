import { cpuRatio, figuresOf, type Figures } from "./figures.ts";
import { judge, type JudgedGate } from "./gates.ts";
import type { Measured, MemoryResult, ScenarioResult } from "./measured.ts";
import { median } from "./median.ts";
import type { Surroundings } from "./surroundings.ts";
import { markdownTable, type Column } from "./table.ts";

/** One run, complete: all that is printed comes from here. */
export interface Report extends Surroundings, Measured {
  readonly pinning: string;
  /** "64 connections, 5 rounds of 4 s": how the load was made, and by what. */
  readonly load: string;
  readonly upstream: string;
  /** Peers that could not take part, and other things a reader must know. */
  readonly remarks: readonly string[];
}

/** False as soon as one connection failed or one answer was not a success: such figures mean nothing. */
export function isValid({ scenarios }: Measured): boolean {
  return scenarios.every(({ peers }) =>
    peers.every(({ rounds }) => rounds.length > 0 && rounds.every(({ errors }) => errors === 0)),
  );
}

/** The report as Markdown. */
export function printReport(report: Report): string {
  const facts = [
    `Date: ${report.date}`,
    `Machine: ${report.cpu}, ${report.kernel}, Node ${report.node}`,
    `Load: ${report.load}`,
    `Upstream: ${report.upstream}, 100-byte answers`,
    `Cores: ${report.pinning}`,
    ...report.remarks,
    ...(isValid(report) ? [] : ["INVALID: there were errors, these figures mean nothing."]),
  ];
  const parts = [
    ...report.scenarios.map((scenario) => `**${scenario.title}**\n\n${scenarioTable(scenario)}`),
    ...report.memory.map((result) => `**${result.title}**\n\n${memoryTable(result)}`),
    `**Gates**\n\n${gatesTable(judge(report))}`,
    facts.map((fact) => `- ${fact}`).join("\n"),
  ];
  return `${parts.join("\n\n")}\n`;
}

/** The report as JSON, with its medians and its gates. */
export function reportAsJson(report: Report): string {
  const scenarios = report.scenarios.map((scenario) => ({
    ...scenario,
    peers: scenario.peers.map((peer) => ({ ...peer, figures: figuresOf(peer.rounds) })),
  }));
  return `${JSON.stringify({ ...report, valid: isValid(report), scenarios, gates: judge(report) }, null, 2)}\n`;
}

function scenarioTable({ unit, peers }: ScenarioResult): string {
  const figures = new Map(peers.map(({ name, rounds }) => [name, figuresOf(rounds)]));
  // Where nginx takes no part, the last is what the first is compared with.
  const of = figures.has("nginx") ? "nginx" : (peers.at(-1)?.name ?? "nginx");
  const columns: readonly Column[] = [
    { title: "proxy", align: "left" },
    { title: `CPU µs/${unit}`, align: "right" },
    { title: "least-most", align: "right" },
    { title: `${unit}s/s`, align: "right" },
    { title: "p50 ms", align: "right" },
    { title: "p99 ms", align: "right" },
    { title: "core used", align: "right" },
    { title: `CPU / ${of}`, align: "right" },
    { title: "errors", align: "right" },
  ];
  const rows = peers.map(({ name, version }) => row(`${name} ${version}`, figures.get(name), figures.get(of)));
  return markdownTable(columns, rows);
}

function row(label: string, figures: Figures | undefined, baseline: Figures | undefined): string[] {
  if (figures === undefined) return [label];
  const { cpuPerRequest: cpu, busy } = figures;
  const ratio = cpuRatio(figures, baseline);
  return [
    label,
    cpu === null ? "-" : cpu.median.toFixed(1),
    cpu === null ? "-" : `${cpu.least.toFixed(1)}-${cpu.most.toFixed(1)}`,
    figures.requestsPerSecond.toFixed(0),
    figures.p50.toFixed(2),
    figures.p99.toFixed(2),
    busy === null ? "-" : `${(busy * 100).toFixed(0)} %`,
    ratio === null ? "-" : `${ratio.toFixed(2)} ×`,
    String(figures.errors),
  ];
}

function memoryTable({ unit, peers }: MemoryResult): string {
  const rows = peers.map(({ name, version, each }) => [
    `${name} ${version}`,
    median(each).toFixed(2),
    `${Math.min(...each).toFixed(2)}-${Math.max(...each).toFixed(2)}`,
  ]);
  const columns: readonly Column[] = [
    { title: "proxy", align: "left" },
    { title: `KiB/${unit}`, align: "right" },
    { title: "least-most", align: "right" },
  ];
  return markdownTable(columns, rows);
}

function gatesTable(gates: readonly JudgedGate[]): string {
  const rows = gates.map(({ what, measured, limit, goal, holds }) => [
    what,
    measured === null ? "-" : measured.toFixed(2),
    limit.toFixed(2),
    goal === undefined ? "-" : goal.toFixed(2),
    holds === null ? "not measured" : holds ? "held" : "NOT HELD",
  ]);
  const columns: readonly Column[] = [
    { title: "CPU of ts-ingress, or memory", align: "left" },
    { title: "measured", align: "right" },
    { title: "limit", align: "right" },
    { title: "goal", align: "right" },
    { title: "verdict", align: "left" },
  ];
  return markdownTable(columns, rows);
}
