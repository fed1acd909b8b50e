import { expect, test } from "vitest";
import { chart } from "../../bench/chart.ts";
import type { Round } from "../../bench/figures.ts";
import type { ScenarioResult } from "../../bench/measured.ts";
import { isValid, printReport, reportAsJson, type Report } from "../../bench/report.ts";

const round: Round = { requests: 100_000, seconds: 4, p50: 1.234, p99: 2, errors: 0, cpu: 2 };

const get = (rounds: readonly Round[] = [round]): ScenarioResult => ({
  name: "get",
  title: "Plain GET",
  unit: "request",
  peers: [
    { name: "ts-ingress", version: "0.1.0", rounds },
    { name: "nginx", version: "1.22.1", rounds: [{ ...round, cpu: 1.6 }] },
    { name: "http-proxy", version: "1.18.1", rounds: [{ ...round, cpu: 10 }] },
  ],
});

const report = (change: Partial<Report> = {}): Report => ({
  date: "2026-01-02T03:04:05.000Z",
  node: "v24.21.0",
  kernel: "Linux 6.1",
  cpu: "2 × Xeon",
  pinning: "proxy on core 1, load and upstream on core 0",
  load: "64 connections",
  upstream: "nginx 1.22.1",
  scenarios: [get()],
  memory: [
    {
      name: "idle",
      title: "Memory of an idle connection",
      unit: "connection",
      peers: [{ name: "ts-ingress", version: "0.1.0", each: [5, 7, 6.5] }],
    },
  ],
  remarks: [],
  ...change,
});

const cells = (text: string, first: string): string[] | undefined =>
  text
    .split("\n")
    .find((line) => line.startsWith(`| ${first}`))
    ?.split("|")
    .slice(1, -1)
    .map((cell) => cell.trim());

test("a row has the figures and the ratio", () => {
  expect(cells(printReport(report()), "ts-ingress")?.join(" ")).toBe(
    "ts-ingress 0.1.0 20.0 20.0-20.0 25000 1.23 2.00 50 % 1.25 × 0",
  );
});

test("memory is the median of the tries", () => {
  const text = printReport(report({ scenarios: [] }));
  expect(cells(text, "ts-ingress")).toEqual(["ts-ingress 0.1.0", "6.50", "5.00-7.00"]);
});

test("gates are judged, and those without figures said to be so", () => {
  const text = printReport(report());
  expect(cells(text, "plain GET, of nginx")).toEqual(["plain GET, of nginx", "1.25", "1.20", "1.00", "NOT HELD"]);
  expect(cells(text, "plain GET, of http-proxy")?.at(-1)).toBe("held");
  expect(cells(text, "KiB of an idle connection")?.at(-1)).toBe("NOT HELD");
  expect(cells(text, "HTTP/2, of nginx")?.at(-1)).toBe("not measured");
});

test("in JSON, the medians stand beside the rounds they are made of", () => {
  const { valid, scenarios, gates } = JSON.parse(reportAsJson(report())) as {
    valid: boolean;
    scenarios: { peers: unknown[] }[];
    gates: unknown[];
  };
  expect(valid).toBe(true);
  expect(scenarios[0]?.peers[0]).toMatchObject({
    name: "ts-ingress",
    rounds: [round],
    figures: { cpuPerRequest: { median: 20 } },
  });
  expect(gates).toContainEqual({ what: "plain GET, of nginx", limit: 1.2, goal: 1, measured: 1.25, holds: false });
});

test("a peer that is missing leaves its ratio open, and is said", () => {
  const [own] = get().peers;
  const text = printReport(report({ scenarios: [{ ...get(), peers: [own!] }], remarks: ["Missing: nginx, not here"] }));
  expect(cells(text, "plain GET, of nginx")?.at(-1)).toBe("not measured");
  expect(text).toContain("- Missing: nginx, not here\n");
});

test("one error makes a report invalid, and it says so", () => {
  const failed = report({ scenarios: [get([round, { ...round, errors: 1 }])] });
  expect(isValid(report())).toBe(true);
  expect(printReport(report())).not.toContain("INVALID");
  expect(isValid(failed)).toBe(false);
  expect(printReport(failed)).toContain("INVALID");
});

test("the chart has a bar a peer, as long as its ratio; what is longer than the picture is cut and says so", () => {
  const other = { name: "slow", version: "1", rounds: [{ ...round, cpu: 40 }] };
  const picture = chart({ scenarios: [{ ...get(), peers: [...get().peers, other] }], memory: [] });
  const widths = [...picture.matchAll(/<rect [^>]*width="([\d.]+)"/gu)].map((match) => Number(match[1]));
  const [own = 0, nginx = 0, , slow] = widths;
  expect(widths).toHaveLength(4);
  expect(own / nginx).toBeCloseTo(1.25, 1);
  expect(slow).toBeCloseTo(nginx * 8, 0);
  expect(picture).toContain("25.00 →");
});
