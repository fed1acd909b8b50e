import type { RouteReport } from "../telemetry/route-report.ts";
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
  if (route !== null) {
    rows.push(["route", `${route.name}, ${route.match}`], ["object", withPlace(route)]);
    for (const { use, options } of report.middleware) rows.push(["middleware", `${use} ${JSON.stringify(options)}`]);
  }
  const redirect = redirectOf(report, scheme);
  if (redirect !== null) rows.push(["redirect", redirect]);
  if (upstream !== null) {
    rows.push(
      ["upstream", `${upstream.name}, spoken to in ${spokenIn(upstream.protocol)}`],
      ["from", withPlace(upstream)],
      ["endpoint", upstream.endpoint === null ? "none" : `${upstream.endpoint} (${upstream.how})`],
    );
  }
  if (report.problem !== null) rows.push(["problem", report.problem]);
  if (nearest !== null) {
    const match = nearest.match === "default" ? "" : ` ${nearest.match}`;
    rows.push(["nearest", `${nearest.host}${match}: ${nearest.why}`], ["", withPlace(nearest)]);
  }
  return table(rows);
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
