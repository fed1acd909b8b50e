import { DEFAULT_BUCKETS, type Definitions, IDENTITY } from "../../src/telemetry/metrics/definition.ts";
import { goNumber } from "../../src/telemetry/metrics/exposition.ts";
import { INGRESS_NGINX_METRICS } from "../../src/telemetry/metrics/ingress-nginx-metrics.ts";
import { OWN_METRICS } from "../../src/telemetry/metrics/own-metrics.ts";
import { code, table } from "./markdown.ts";

const INTRODUCTION = `# Metrics

\`GET /metrics\` on the health port (10254) answers in Prometheus' text format 0.0.4, gzipped where the reader asks for it. It is there unless
\`--enable-metrics=false\`. A metric without a value yet is left out.

- **Workers** count each for itself. What they counted is added up in the primary, every five seconds and whenever somebody asks, so one
  address has all numbers, and a counter does not go back when a worker ends; a worker that crashes takes at most five seconds of counts with it.
- **Series are bounded.** A metric keeps \`--metrics-max-series\` series apart, 10,000 without it. Those beyond are counted as one, whose labels
  are \`other\` but for the status, and \`ts_ingress_metric_series_folded_total\` says so. Series of Ingresses that are gone are forgotten.
- **A path** is the one of the rule, never the one of the URL. **A host** is the one of the rule: \`*.example.com\` as it is written, \`*\` for
  rules without host, empty where no rule matches.
- **Status** is 499 for a client that left before its response began, and \`000\` for one that could not be answered.
- A tunnel (WebSocket) counts as a request when it ends.

\`process\` is \`primary\` or \`worker-1\` and so on; a worker that replaces another has its name.
`;

const INGRESS_NGINX = `## The metrics of ingress-nginx

With \`--metrics-compat ingress-nginx\`, which is what \`controller\` has, its dashboards and alerts go on working: names, labels and buckets are those of ingress-nginx 1.15,
and so are the flags \`--metrics-per-host\`, \`--metrics-per-undefined-host\`, \`--report-status-classes\`, \`--time-buckets\`,
\`--length-buckets\` and \`--size-buckets\`. All of them but the two of certificates also have ${IDENTITY.map(code).join(", ")}, from the
variables POD_NAMESPACE and POD_NAME. (Prometheus renames \`namespace\` to \`exported_namespace\` where its own target has one; the dashboards
expect that.)

What differs:

- Requests to a host of a wildcard rule have the label \`host="*.example.com"\`; ingress-nginx leaves them out unless
  \`--metrics-per-undefined-host\`.
- Requests to a named host that no path matches have empty \`ingress\` and \`path\`.
- \`request_duration_seconds\` begins when the request's head is there. \`request_size\` is exact over HTTP/1; over HTTP/2, whose heads are
  compressed, it is what HTTP/1 would have sent, and \`response_size\` and \`bytes_sent\` leave the head out.
- With several attempts, the durations are those of the last; ingress-nginx leaves such requests out.
- There are no reloads: \`success\`, \`config_hash\` and \`config_last_reload_*\` are about snapshots, and a change of endpoints is one too.
`;

export function metricsPage(): string {
  const bounds = Object.entries(DEFAULT_BUCKETS).map(([kind, values]) => [
    code(`--${kind}-buckets`),
    values.map(goNumber).join(", "),
  ]);
  return [
    INTRODUCTION,
    "## Our own metrics\n",
    metrics(OWN_METRICS),
    INGRESS_NGINX,
    metrics(INGRESS_NGINX_METRICS),
    "## Buckets\n",
    table(["Flag", "Upper bounds"], bounds),
  ].join("\n");
}

function metrics(definitions: Definitions): string {
  const rows = Object.entries(definitions).map(([name, { type, labels, buckets, help }]) => [
    code(name),
    buckets === undefined ? type : `${type} (${buckets})`,
    labels.map(code).join(" "),
    help,
  ]);
  return `${table(["Metric", "Type", "Labels", "What it is"], rows)}\n`;
}
