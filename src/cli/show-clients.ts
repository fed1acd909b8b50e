import type { RouteReport } from "../telemetry/route-report.ts";

/** What a route asks of the certificates of its clients, and what becomes of one without TLS; no rows where nothing is asked. */
export function clientRows({ middleware, authorities }: RouteReport, scheme: "http" | "https"): [string, string][] {
  const asked = middleware.find(({ use }) => use === "client-certificate");
  if (asked === undefined || authorities === undefined) return [];
  const { verify, pattern, plain } = asked.options;
  const known = authorities.join(" or ");
  const must = verify === "on";
  const rows: [string, string][] = [
    ["clients", must ? `must have a certificate of ${known}, else 400` : `may have a certificate of ${known}`],
  ];
  if (verify === "optional_no_ca") rows.push(["", "one of any other authority is let in too, and told as FAILED"]);
  if (pattern !== undefined) rows.push(["", `its subject must match ${JSON.stringify(pattern)}, else 403`]);
  const redirected = middleware.some(({ use }) => use === "https-redirect");
  if (must && plain !== true && !redirected) {
    rows.push(["", `${scheme === "http" ? "without TLS" : "over http"} there is no certificate: the answer is 400`]);
  }
  return rows;
}
