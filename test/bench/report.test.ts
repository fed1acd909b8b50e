import { expect, test } from "vitest";
import type { Round } from "../../bench/figures.ts";
import { isValid, printReport, reportAsJson, type Report } from "../../bench/report.ts";

const round: Round = { requests: 100_000, seconds: 4, p50: 1.234, p99: 2, errors: 0, cpu: 2 };

const report = (change: Partial<Report> = {}): Report => ({
  date: "2026-01-02T03:04:05.000Z",
  node: "v24.21.0",
  kernel: "Linux 6.1",
  cpu: "2 × Xeon",
  pinning: "proxy on core 1, load and upstream on core 0",
  load: "wrk 4.1.0, 64 connections",
  upstream: "nginx 1.22.1",
  peers: [
    { name: "ts-ingress", version: "0.1.0", rounds: [round] },
    { name: "nginx", version: "1.22.1", rounds: [{ ...round, cpu: 1.6 }] },
    { name: "http-proxy", version: "1.18.1", rounds: [{ ...round, cpu: 10 }] },
  ],
  remarks: [],
  ...change,
});

const cells = (text: string, proxy: string): string[] | undefined =>
  text
    .split("\n")
    .find((line) => line.startsWith(`| ${proxy}`))
    ?.split("|")
    .slice(1, -1)
    .map((cell) => cell.trim());

test("a row has the figures and both ratios", () => {
  expect(cells(printReport(report()), "ts-ingress")?.join(" ")).toBe(
    "ts-ingress 0.1.0 20.0 20.0-20.0 25000 1.23 2.00 50 % 1.25 × 0.20 × 0",
  );
});

test("in JSON, the medians stand beside the rounds they are made of", () => {
  const { valid, peers } = JSON.parse(reportAsJson(report())) as { valid: boolean; peers: unknown[] };
  expect(valid).toBe(true);
  expect(peers[0]).toMatchObject({ name: "ts-ingress", rounds: [round], figures: { cpuPerRequest: { median: 20 } } });
});

test("a peer that is missing leaves its ratios open, and is said", () => {
  const [own] = report().peers;
  const text = printReport(report({ peers: [own!], remarks: ["Missing: nginx, not here"] }));
  expect(cells(text, "ts-ingress")?.slice(7, 9)).toEqual(["-", "-"]);
  expect(text).toContain("- Missing: nginx, not here\n");
});

test("one error makes a report invalid, and it says so", () => {
  const [own, ...others] = report().peers;
  const failed = report({ peers: [{ ...own!, rounds: [round, { ...round, errors: 1 }] }, ...others] });
  expect(isValid(report())).toBe(true);
  expect(printReport(report())).not.toContain("INVALID");
  expect(isValid(failed)).toBe(false);
  expect(printReport(failed)).toContain("INVALID");
});
