import type { BucketKind, Definitions, MetricDefinition } from "./definition.ts";

/** Labels of the metrics of requests, without `host`: that is last, and goes with `--metrics-per-host`. */
const REQUEST = ["status", "method", "path", "namespace", "ingress", "service", "canary"] as const;
const INGRESS = ["namespace", "ingress"] as const;
const CERTIFICATE = ["namespace", "class", "host", "secret_name", "identifier"] as const;

/**
 * The metrics of ingress-nginx 1.15, by their exact names, labels and buckets (internal/ingress/metric/collectors), so that its dashboards and
 * alerts go on working. Where nginx has something that we do not, the help says what ours is.
 */
export const INGRESS_NGINX_METRICS = {
  nginx_ingress_controller_requests: of("counter", "The total number of client requests", [...REQUEST, "host"]),
  nginx_ingress_controller_request_duration_seconds: request("time", "The request processing time in seconds"),
  nginx_ingress_controller_response_duration_seconds: request(
    "time",
    "The time spent on receiving the response from the upstream server",
  ),
  nginx_ingress_controller_header_duration_seconds: request(
    "time",
    "The time spent on receiving first header from the upstream server",
  ),
  nginx_ingress_controller_connect_duration_seconds: request(
    "time",
    "The time spent on establishing a connection with the upstream server; 0 on one that was open",
  ),
  nginx_ingress_controller_request_size: request(
    "length",
    "The request length (including request line, header, and request body)",
  ),
  nginx_ingress_controller_response_size: request(
    "length",
    "The response length (including status line, header, and response body)",
  ),
  nginx_ingress_controller_bytes_sent: request("size", "DEPRECATED The number of bytes sent to a client"),
  nginx_ingress_controller_config_hash: of("gauge", "A number made of the revision of the snapshot that is served", []),
  nginx_ingress_controller_config_last_reload_successful: of(
    "gauge",
    "Whether the last snapshot was applied by all processes",
    [],
  ),
  nginx_ingress_controller_config_last_reload_successful_timestamp_seconds: of(
    "gauge",
    "When the snapshot that is served was published",
    [],
  ),
  nginx_ingress_controller_success: of("counter", "Snapshots that were published with a change", []),
  nginx_ingress_controller_errors: of("counter", "Snapshots that were not applied", []),
  nginx_ingress_controller_check_success: of("counter", "Ingresses that the validating webhook let pass", INGRESS),
  nginx_ingress_controller_check_errors: of("counter", "Ingresses that the validating webhook refused", INGRESS),
  nginx_ingress_controller_orphan_ingress: of(
    "gauge",
    "1 for an Ingress whose Service does not exist (no-service) or has no endpoint (no-endpoint)",
    [...INGRESS, "type"],
  ),
  nginx_ingress_controller_leader_election_status: of("gauge", "0 indicates follower, 1 indicates leader", ["name"]),
  nginx_ingress_controller_build_info: of(
    "gauge",
    "A metric with a constant '1' labeled with information about the build.",
    ["release", "build", "repository"],
  ),
  nginx_ingress_controller_ssl_expire_time_seconds: {
    type: "gauge",
    help: "Number of seconds since 1970 to the SSL Certificate expire.",
    labels: CERTIFICATE,
  },
  nginx_ingress_controller_ssl_certificate_info: {
    type: "gauge",
    help: "Hold all labels associated to a certificate",
    labels: [...CERTIFICATE, "issuer_organization", "issuer_common_name", "serial_number", "public_key_algorithm"],
  },
  nginx_ingress_controller_nginx_process_connections: of(
    "gauge",
    "Connections of clients: all (active), with a request (writing), without one (waiting); reading is always 0",
    ["state"],
  ),
  nginx_ingress_controller_nginx_process_connections_total: of(
    "counter",
    "Connections of clients: accepted, and handled, which leaves out those that were too many",
    ["state"],
  ),
  nginx_ingress_controller_nginx_process_requests_total: of("counter", "Requests that are over", []),
  nginx_ingress_controller_nginx_process_cpu_seconds_total: of("counter", "Processor time of all our processes", []),
  nginx_ingress_controller_nginx_process_read_bytes_total: of("counter", "Octets read from disks; on Linux alone", []),
  nginx_ingress_controller_nginx_process_write_bytes_total: of(
    "counter",
    "Octets written to disks; on Linux alone",
    [],
  ),
  nginx_ingress_controller_nginx_process_num_procs: of("gauge", "Our processes", []),
  nginx_ingress_controller_nginx_process_resident_memory_bytes: of("gauge", "Memory that our processes use", []),
  nginx_ingress_controller_nginx_process_virtual_memory_bytes: of(
    "gauge",
    "Address space of our processes; on Linux alone",
    [],
  ),
  nginx_ingress_controller_nginx_process_oldest_start_time_seconds: of("gauge", "When our first process began", []),
  nginx_ingress_controller_admission_tested_ingresses: of(
    "gauge",
    "Ingresses that the last review was about, which is one",
    [],
  ),
  nginx_ingress_controller_admission_tested_duration: of(
    "gauge",
    "Seconds that judging it took, its translation included",
    [],
  ),
  nginx_ingress_controller_admission_render_ingresses: of(
    "gauge",
    "Ingresses that were translated for that: it, and those it shares a host with",
    [],
  ),
  nginx_ingress_controller_admission_render_duration: of("gauge", "Seconds that translating these took", []),
  nginx_ingress_controller_admission_config_size: of("gauge", "Always 0: nothing is rendered to text", []),
  nginx_ingress_controller_admission_roundtrip_duration: of(
    "gauge",
    "Seconds from the head of that review to its answer",
    [],
  ),
} as const satisfies Definitions;

export type IngressNginxMetric = keyof typeof INGRESS_NGINX_METRICS;

/** @param perHost whether the metrics of requests have the label `host` (`--metrics-per-host`) */
export function ingressNginxMetrics(perHost: boolean): Definitions {
  if (perHost) return INGRESS_NGINX_METRICS;
  const narrowed = Object.entries(INGRESS_NGINX_METRICS as Definitions).map(([name, definition]) => {
    const ofRequests = definition.labels.includes("canary");
    return [name, ofRequests ? { ...definition, labels: REQUEST } : definition] as const;
  });
  return Object.fromEntries(narrowed);
}

function of(type: MetricDefinition["type"], help: string, labels: readonly string[]): MetricDefinition {
  return { type, help, labels, identified: true };
}

function request(buckets: BucketKind, help: string): MetricDefinition {
  return { type: "histogram", help, labels: [...REQUEST, "host"], buckets, identified: true };
}
