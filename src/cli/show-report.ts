import type { RouteReport } from "../telemetry/route-report.ts";
import { clientRows } from "./show-clients.ts";
import { readablePath } from "./shown-path.ts";
import { spokenIn } from "./spoken-in.ts";
import { table } from "./table.ts";

/** The answer of `explain`, one fact a line. */
export function showReport(report: RouteReport, scheme: "http" | "https"): string[] {
  const { route, upstream, nearest } = report;
  const rows: [string, string][] = [
    ["url", `${scheme}://${report.host}${readablePath(report.path)}`],
    ["virtual host", report.virtualHost ?? "none"],
  ];
  if (report.passthrough !== undefined) {
    if (scheme === "https") return table([...rows, ...passedRows(report.passthrough)]);
    const to = report.passthrough.upstream?.name.replace(/ tcp$/, "");
    rows.push(["over TLS", to === undefined ? "closed" : `handed on unopened to ${to}, whatever is asked for`]);
  }
  if (route !== null) {
    rows.push(["route", `${route.name}, ${route.match}`], ["object", withPlace(route)]);
    for (const { use, options } of report.middleware) rows.push(["middleware", `${use} ${JSON.stringify(options)}`]);
  }
  rows.push(...clientRows(report, scheme));
  const redirect = redirectOf(report, scheme);
  if (redirect !== null) rows.push(["redirect", redirect]);
  if (upstream !== null) rows.push(...upstreamRows(upstream, `in ${spokenIn(upstream.protocol)}`));
  if (report.insteadOf !== undefined) rows.push(["stands in", report.insteadOf]);
  rows.push(...problemRows(report));
  if (nearest !== null) {
    const match = nearest.match === "default" ? "" : ` ${nearest.match}`;
    rows.push(["nearest", `${nearest.host}${match}: ${nearest.why}`], ["", withPlace(nearest)]);
  }
  return table(rows);
}

/** All there is to say of a TLS connection that is not opened. */
function passedRows(passthrough: NonNullable<RouteReport["passthrough"]>): [string, string][] {
  const { upstream } = passthrough;
  const rows: [string, string][] = [
    ["TLS", "handed on unopened: no path, header or annotation counts"],
    ["object", withPlace(passthrough)],
  ];
  if (upstream !== null) rows.push(...upstreamRows(upstream, "by whatever the client speaks"));
  rows.push(...problemRows(passthrough));
  return rows;
}

/** The first that is in the way, then what is beside it: to mend one alone would not help. */
function problemRows({
  problem,
  furtherProblems = [],
}: Pick<RouteReport, "problem" | "furtherProblems">): [string, string][] {
  if (problem === null) return [];
  return [["problem", problem], ...furtherProblems.map((further): [string, string] => ["also", further])];
}

function upstreamRows(upstream: NonNullable<RouteReport["upstream"]>, how: string): [string, string][] {
  return [
    ["upstream", `${upstream.name}, spoken to ${how}`],
    ["from", withPlace(upstream)],
    ["endpoint", upstream.endpoint === null ? "none" : `${upstream.endpoint} (${upstream.how})`],
  ];
}

/** Where a plain request is sent instead, for a route that wants HTTPS. The port is the listener's, which only a running gateway knows. */
function redirectOf(report: RouteReport, scheme: "http" | "https"): string | null {
  const redirect = report.middleware.find(({ use }) => use === "https-redirect");
  if (redirect === undefined) return null;
  const { code, keepTrailingSlash } = redirect.options;
  const path = keepTrailingSlash === true ? report.path : report.path.replace(/\/$/, "");
  const target = `${JSON.stringify(code)} to https://${report.host}${readablePath(path)}`;
  return scheme === "http" ? `answered ${target}` : `over http it would be answered ${target}`;
}

function withPlace({ object, place }: { readonly object: string; readonly place: string }): string {
  return place === "" ? object : `${object}  ${place}`;
}
