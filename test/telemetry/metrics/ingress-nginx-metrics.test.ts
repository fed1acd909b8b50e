import { expect, test } from "vitest";
import { DEFAULT_BUCKETS, type Definitions, IDENTITY } from "../../../src/telemetry/metrics/definition.ts";
import { INGRESS_NGINX_METRICS, ingressNginxMetrics } from "../../../src/telemetry/metrics/ingress-nginx-metrics.ts";

const REQUEST = "status method path namespace ingress service canary host";
const CERTIFICATE = "namespace class host secret_name identifier";

/** The metrics of ingress-nginx 1.15.1, written down from its internal/ingress/metric/collectors: type, labels, buckets, and whether the controller's are there. */
const REFERENCE: readonly (readonly [
  name: string,
  type: string,
  labels: string,
  buckets: string,
  identified: boolean,
])[] = [
  ["requests", "counter", REQUEST, "", true],
  ["request_duration_seconds", "histogram", REQUEST, "time", true],
  ["response_duration_seconds", "histogram", REQUEST, "time", true],
  ["header_duration_seconds", "histogram", REQUEST, "time", true],
  ["connect_duration_seconds", "histogram", REQUEST, "time", true],
  ["request_size", "histogram", REQUEST, "length", true],
  ["response_size", "histogram", REQUEST, "length", true],
  ["bytes_sent", "histogram", REQUEST, "size", true],
  ["config_hash", "gauge", "", "", true],
  ["config_last_reload_successful", "gauge", "", "", true],
  ["config_last_reload_successful_timestamp_seconds", "gauge", "", "", true],
  ["success", "counter", "", "", true],
  ["errors", "counter", "", "", true],
  ["check_success", "counter", "namespace ingress", "", true],
  ["check_errors", "counter", "namespace ingress", "", true],
  ["orphan_ingress", "gauge", "namespace ingress type", "", true],
  ["leader_election_status", "gauge", "name", "", true],
  ["build_info", "gauge", "release build repository", "", true],
  ["ssl_expire_time_seconds", "gauge", CERTIFICATE, "", false],
  [
    "ssl_certificate_info",
    "gauge",
    `${CERTIFICATE} issuer_organization issuer_common_name serial_number public_key_algorithm`,
    "",
    false,
  ],
  ["nginx_process_connections", "gauge", "state", "", true],
  ["nginx_process_connections_total", "counter", "state", "", true],
  ["nginx_process_requests_total", "counter", "", "", true],
  ["nginx_process_cpu_seconds_total", "counter", "", "", true],
  ["nginx_process_read_bytes_total", "counter", "", "", true],
  ["nginx_process_write_bytes_total", "counter", "", "", true],
  ["nginx_process_num_procs", "gauge", "", "", true],
  ["nginx_process_resident_memory_bytes", "gauge", "", "", true],
  ["nginx_process_virtual_memory_bytes", "gauge", "", "", true],
  ["nginx_process_oldest_start_time_seconds", "gauge", "", "", true],
  ["admission_tested_ingresses", "gauge", "", "", true],
  ["admission_tested_duration", "gauge", "", "", true],
  ["admission_render_ingresses", "gauge", "", "", true],
  ["admission_render_duration", "gauge", "", "", true],
  ["admission_config_size", "gauge", "", "", true],
  ["admission_roundtrip_duration", "gauge", "", "", true],
];

test("names, types, labels and buckets are those of ingress-nginx, all of them and no other", () => {
  const ours = Object.entries(INGRESS_NGINX_METRICS as Definitions).map(
    ([name, { type, labels, buckets = "", identified = false }]) => [name, type, labels.join(" "), buckets, identified],
  );
  expect(ours).toEqual(REFERENCE.map(([name, ...rest]) => [`nginx_ingress_controller_${name}`, ...rest]));
  expect(IDENTITY).toEqual(["controller_namespace", "controller_class", "controller_pod"]);
  expect(DEFAULT_BUCKETS).toEqual({
    time: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    length: [10, 20, 30, 40, 50, 60, 70, 80, 90, 100],
    size: [10, 100, 1e3, 1e4, 1e5, 1e6, 1e7],
  });
});

test("without --metrics-per-host the metrics of requests, and no others, lose their host", () => {
  const narrowed = ingressNginxMetrics(false);
  const lost = Object.entries(INGRESS_NGINX_METRICS as Definitions)
    .filter(([name, { labels }]) => labels.length !== narrowed[name]?.labels.length)
    .map(([name]) => name.replace("nginx_ingress_controller_", ""));
  expect(lost).toEqual(REFERENCE.filter(([, , labels]) => labels === REQUEST).map(([name]) => name));
  expect(narrowed["nginx_ingress_controller_requests"]?.labels).not.toContain("host");
});

/** What the two dashboards of ingress-nginx (9614, request handling performance) and its chart's example alerts ask for, with the labels they name. */
const ASKED = [
  "requests{controller_pod,controller_class,controller_namespace,namespace,ingress,status}",
  "request_duration_seconds_bucket{ingress,controller_pod,controller_class,controller_namespace,namespace,le}",
  "request_duration_seconds_count{ingress,method,host,path,status}",
  "response_duration_seconds_bucket{ingress,le,method,host,path}",
  "response_duration_seconds_sum{ingress,method,host,path}",
  "request_size_sum{controller_pod,controller_class,controller_namespace,ingress,namespace}",
  "response_size_sum{controller_pod,controller_class,controller_namespace,ingress,namespace}",
  "response_size_count{ingress,method,host,path}",
  "response_size_bucket{ingress,le}",
  "success{controller_pod,controller_class,controller_namespace}",
  "config_hash{controller_namespace,controller_class,controller_pod}",
  "config_last_reload_successful{controller_pod,controller_namespace}",
  "config_last_reload_successful_timestamp_seconds{controller_class}",
  "ssl_expire_time_seconds{namespace,host}",
  "nginx_process_connections{controller_pod,controller_class,controller_namespace,state}",
  "nginx_process_resident_memory_bytes{controller_pod,controller_class,controller_namespace}",
  "nginx_process_cpu_seconds_total{controller_pod,controller_class,controller_namespace}",
];

test.each(ASKED)("what dashboards ask for is there: %s", (asked) => {
  const [, sample = "", labels = ""] = /^(\w+)\{(.*)\}$/.exec(asked) ?? [];
  const name = sample.replace(/_(?:bucket|sum|count)$/, "");
  const definition = (INGRESS_NGINX_METRICS as Definitions)[`nginx_ingress_controller_${name}`];
  expect(definition?.type === "histogram").toBe(name !== sample);
  const known = [
    ...(definition?.labels ?? []),
    ...(definition?.identified === true ? IDENTITY : []),
    ...(sample.endsWith("_bucket") ? ["le"] : []),
  ];
  expect(labels.split(",").filter((label) => !known.includes(label))).toEqual([]);
});
