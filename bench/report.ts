import { cpuRatio, figuresOf, type Figures, type Round } from "./figures.ts";
import type { Surroundings } from "./surroundings.ts";
import { markdownTable, type Column } from "./table.ts";

export interface PeerResult {
  readonly name: string;
  readonly version: string;
  readonly rounds: readonly Round[];
}

/** One run, complete: all that is printed comes from here. */
export interface Report extends Surroundings {
  readonly pinning: string;
  /** "wrk 4.1.0, 64 connections, 5 rounds of 4 s": how the load was made. */
  readonly load: string;
  readonly upstream: string;
  readonly peers: readonly PeerResult[];
  /** Peers that could not take part, and other things a reader must know. */
  readonly remarks: readonly string[];
}

/** False as soon as one connection failed or one answer was not a success: such figures mean nothing. */
export function isValid(report: Report): boolean {
  return report.peers.every(({ rounds }) => rounds.every(({ errors }) => errors === 0));
}

const COLUMNS: readonly Column[] = [
  { title: "proxy", align: "left" },
  { title: "CPU µs/request", align: "right" },
  { title: "least-most", align: "right" },
  { title: "requests/s", align: "right" },
  { title: "p50 ms", align: "right" },
  { title: "p99 ms", align: "right" },
  { title: "core used", align: "right" },
  { title: "CPU / nginx", align: "right" },
  { title: "CPU / http-proxy", align: "right" },
  { title: "errors", align: "right" },
];

/** The report as Markdown. */
export function printReport(report: Report): string {
  const figures = new Map(report.peers.map(({ name, rounds }) => [name, figuresOf(rounds)]));
  const rows = report.peers.map(({ name, version }) => row(`${name} ${version}`, figures.get(name), figures));
  const facts = [
    `Date: ${report.date}`,
    `Machine: ${report.cpu}, ${report.kernel}, Node ${report.node}`,
    `Load: ${report.load}`,
    `Upstream: ${report.upstream}, 100-byte answers`,
    `Cores: ${report.pinning}`,
    ...report.remarks,
    ...(isValid(report) ? [] : ["INVALID: there were errors, these figures mean nothing."]),
  ];
  return `${markdownTable(COLUMNS, rows)}\n\n${facts.map((fact) => `- ${fact}`).join("\n")}\n`;
}

/** The report as JSON, with its medians. */
export function reportAsJson(report: Report): string {
  const peers = report.peers.map((peer) => ({ ...peer, figures: figuresOf(peer.rounds) }));
  return `${JSON.stringify({ ...report, valid: isValid(report), peers }, null, 2)}\n`;
}

function row(label: string, figures: Figures | undefined, all: ReadonlyMap<string, Figures>): string[] {
  if (figures === undefined) return [label];
  const { cpuPerRequest: cpu, busy } = figures;
  return [
    label,
    cpu === null ? "-" : cpu.median.toFixed(1),
    cpu === null ? "-" : `${cpu.least.toFixed(1)}-${cpu.most.toFixed(1)}`,
    figures.requestsPerSecond.toFixed(0),
    figures.p50.toFixed(2),
    figures.p99.toFixed(2),
    busy === null ? "-" : `${(busy * 100).toFixed(0)} %`,
    ratio(cpuRatio(figures, all.get("nginx"))),
    ratio(cpuRatio(figures, all.get("http-proxy"))),
    String(figures.errors),
  ];
}

function ratio(value: number | null): string {
  return value === null ? "-" : `${value.toFixed(2)} ×`;
}
