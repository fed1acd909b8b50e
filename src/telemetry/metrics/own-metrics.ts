import type { Definitions, MetricDefinition } from "./definition.ts";

/** Whom a request was for. */
const SERVICE = ["namespace", "ingress", "service"] as const;
const STREAM = ["protocol", "port", "namespace", "service"] as const;
const UPSTREAM = ["namespace", "service"] as const;

/** Our own metrics. */
export const OWN_METRICS = {
  ts_ingress_requests_total: counter("Requests that are over, however they ended.", [
    "host",
    ...SERVICE,
    "path",
    "method",
    "status",
  ]),
  ts_ingress_request_duration_seconds: time(
    "From the request's head to the end of its response; tunnels are left out.",
    [...SERVICE, "status"],
  ),
  ts_ingress_upstream_duration_seconds: time("From the last attempt's start to the end of its response.", SERVICE),
  ts_ingress_upstream_header_duration_seconds: time(
    "From the last attempt's start to the head of its response.",
    SERVICE,
  ),
  ts_ingress_upstream_connect_duration_seconds: time(
    "Opening a connection to an endpoint, TLS included; requests on open connections are left out.",
    SERVICE,
  ),
  ts_ingress_request_bytes_total: counter("Octets of request bodies.", SERVICE),
  ts_ingress_response_bytes_total: counter("Octets of response bodies.", SERVICE),
  ts_ingress_upstream_retries_total: counter("Attempts after the first, by the failure of the one before.", [
    ...UPSTREAM,
    "reason",
  ]),
  ts_ingress_failures_total: counter(
    "Requests that went wrong, by the row of the table of failures; `overloaded` are those refused since there is too much to do.",
    ["failure", "side"],
  ),
  ts_ingress_endpoint_ejections_total: counter("Endpoints that were left alone since they failed.", [
    ...UPSTREAM,
    "failure",
  ]),
  ts_ingress_endpoint_returns_total: counter("Endpoints that were in use again.", UPSTREAM),
  ts_ingress_endpoints: gauge("Endpoints of a Service: `ready`, or `ejected` by any worker.", [...UPSTREAM, "state"]),
  ts_ingress_upstream_connections: gauge("Requests under way to a Service (`active`), open connections without one.", [
    ...UPSTREAM,
    "state",
  ]),
  ts_ingress_connections: gauge("Open connections of clients that are past their handshake.", ["listener", "protocol"]),
  ts_ingress_connections_idle: gauge("Of them, those that wait for a request.", []),
  ts_ingress_connections_accepted_total: counter("Sockets of clients that were accepted.", ["listener"]),
  ts_ingress_connections_total: counter(
    "Connections that began to be served; one that turns out to speak HTTP/2 in plain text counts in both protocols.",
    ["listener", "protocol"],
  ),
  ts_ingress_connections_turned_away_total: counter("Sockets that were closed at once, being too many.", []),
  ts_ingress_tls_handshakes_total: counter("TLS handshakes with clients that were done.", ["version"]),
  ts_ingress_tls_handshake_failures_total: counter("TLS handshakes with clients that failed.", ["error"]),
  ts_ingress_stream_clients: gauge("Clients of TCP and UDP services.", []),
  ts_ingress_stream_sessions_total: counter("Clients of TCP and UDP services that are gone.", [...STREAM, "failure"]),
  ts_ingress_stream_bytes_total: counter("Octets carried for TCP and UDP services.", [...STREAM, "direction"]),
  ts_ingress_overload_refused_share: gauge("Of new requests, how many are refused since there is too much to do.", [
    "process",
  ]),
  ts_ingress_workers: gauge("Worker processes: `starting`, `serving`, `retiring`.", ["state"]),
  ts_ingress_workers_started_total: counter("Worker processes that were started.", []),
  ts_ingress_snapshot_info: gauge("1, with the revision of the snapshot that is served.", ["revision"]),
  ts_ingress_snapshot_applied_timestamp_seconds: gauge("When the snapshot that is served was published.", []),
  ts_ingress_snapshot_age_seconds: gauge("How long ago that was.", []),
  ts_ingress_snapshot_apply_duration_seconds: time("Applying a snapshot, in each process that serves.", []),
  ts_ingress_snapshots_total: counter("Snapshots that were published with a change.", []),
  ts_ingress_snapshot_refusals_total: counter("Snapshots that a process did not apply: the last good one stayed.", []),
  ts_ingress_diagnostics: gauge("Problems with objects, as they stand.", ["severity", "code"]),
  ts_ingress_certificate_expiry_timestamp_seconds: gauge("When the certificate of a server name expires.", [
    "namespace",
    "secret",
    "host",
  ]),
  ts_ingress_event_loop_delay_seconds: gauge("How late the event loop was since the last look, above its 20 ms.", [
    "process",
    "quantile",
  ]),
  ts_ingress_process_cpu_seconds_total: counter("Processor time, of a worker and of those it replaced.", ["process"]),
  ts_ingress_process_resident_memory_bytes: gauge("Memory in use.", ["process"]),
  ts_ingress_process_heap_bytes: gauge("Memory that JavaScript objects use.", ["process"]),
  ts_ingress_process_open_fds: gauge("Open file descriptors; on Linux alone.", ["process"]),
  ts_ingress_process_start_time_seconds: gauge("When the process began.", ["process"]),
  ts_ingress_log_lines_dropped_total: counter("Lines of the access log that its reader was too slow for.", []),
  ts_ingress_metric_series_folded_total: counter(
    "Times that a series was not kept apart since its metric has too many; it was counted under the labels `other`.",
    ["metric"],
  ),
  ts_ingress_leader: gauge("1 while we lead by the Lease of that name, which `controller` alone does, else 0.", [
    "name",
  ]),
  ts_ingress_admission_reviews_total: counter(
    "Reviews that the validating webhook answered: `allowed`, `refused`, or `not-judged` and let pass.",
    ["verdict"],
  ),
  ts_ingress_admission_review_duration_seconds: time("From the head of a review to its answer.", []),
  ts_ingress_build_info: gauge("1, with our version and that of Node.", ["version", "node"]),
} as const satisfies Definitions;

export type OwnMetric = keyof typeof OWN_METRICS;

function counter(help: string, labels: readonly string[]): MetricDefinition {
  return { type: "counter", help, labels };
}

function gauge(help: string, labels: readonly string[]): MetricDefinition {
  return { type: "gauge", help, labels };
}

function time(help: string, labels: readonly string[]): MetricDefinition {
  return { type: "histogram", help, labels, buckets: "time" };
}
