import { expect, onTestFinished, test } from "vitest";
import type { Diagnostic } from "../../../src/control-plane/translate/diagnostic.ts";
import { DataMeter } from "../../../src/telemetry/metrics/data-meter.ts";
import { Metrics, type MetricsSources } from "../../../src/telemetry/metrics/metrics.ts";
import type { MeterSettings } from "../../../src/telemetry/metrics/settings.ts";
import { emptySnapshot, seal } from "../../../src/snapshot/seal.ts";
import type { Route } from "../../../src/snapshot/route.ts";
import { certificateFor, testAuthority } from "../../support/test-authority.ts";
import { exchange, route } from "../exchanges.ts";
import { BOTH, OURS } from "./meter-settings.ts";
import { readExposition, valueOf } from "./read-exposition.ts";

const NGINX = "nginx_ingress_controller_";

/** A snapshot with the rule of `route`. */
const SHOP = seal({
  virtualHosts: [{ host: "shop.example.com", routes: [{ ...route, action: { kind: "unavailable", why: "test" } }] }],
  upstreams: [],
  certificates: [],
});

function metricsOf(settings: MeterSettings, sources: Partial<MetricsSources> = {}, droppedLines?: () => number) {
  const metrics = new Metrics(
    {
      meter: settings,
      identity: { namespace: "ingress-nginx", className: "k8s.io/ingress-nginx", pod: "pod-1" },
      version: "1.2.3",
      ...(droppedLines === undefined ? {} : { droppedLines }),
    },
    {
      measure: () => Promise.resolve(),
      live: () => ({ snapshot: SHOP, diagnostics: [] }),
      upstreams: () => [],
      workers: () => null,
      ...sources,
    },
  );
  onTestFinished(() => metrics.close());
  const look = async () => {
    let text = "";
    for await (const piece of metrics.text()) text += piece;
    return readExposition(text);
  };
  return { metrics, look };
}

function meterOf(settings: MeterSettings): DataMeter {
  const meter = new DataMeter(settings);
  onTestFinished(() => meter.close());
  return meter;
}

/** Through what processes send each other. */
const sent = <Data>(data: Data): Data => structuredClone(data);

const served = (of: Route = route) => exchange({ virtualHost: "shop.example.com", route: of });

test("what workers counted is added up, and stays when they are gone", async () => {
  let running = [
    { process: 101, state: "serving" },
    { process: 102, state: "serving" },
  ];
  const { metrics, look } = metricsOf(BOTH, { workers: () => ({ running, started: 2 }) });
  const [one, two] = [meterOf(BOTH), meterOf(BOTH)];
  one.finished(served());
  two.finished(served());
  metrics.measured(1, 101, sent(one.take()));
  metrics.measured(2, 102, sent(two.take()));
  expect(valueOf(await look(), "ts_ingress_requests_total")).toBe(2);
  // Nothing new: nothing more.
  metrics.measured(1, 101, sent(one.take()));
  running = [{ process: 102, state: "serving" }];
  two.finished(served());
  metrics.measured(2, 102, sent(two.take()));
  const after = await look();
  expect(valueOf(after, "ts_ingress_requests_total")).toBe(3);
  expect(valueOf(after, `${NGINX}nginx_process_requests_total`)).toBe(3);
  expect(valueOf(after, `${NGINX}request_duration_seconds_count`)).toBe(3);
  const processes = after
    .get("ts_ingress_process_resident_memory_bytes")
    ?.samples.map(({ labels }) => labels["process"]);
  expect(processes?.toSorted()).toEqual(["primary", "worker-2"]);
  expect(valueOf(after, `${NGINX}nginx_process_num_procs`)).toBe(2);
  expect(valueOf(after, "ts_ingress_workers", { state: "serving" })).toBe(1);
  expect(valueOf(after, "ts_ingress_workers_started_total")).toBe(2);
});

test("who we are is on ingress-nginx's metrics, and our version in both families", async () => {
  const { look } = metricsOf(BOTH);
  const metrics = await look();
  const who = {
    controller_namespace: "ingress-nginx",
    controller_class: "k8s.io/ingress-nginx",
    controller_pod: "pod-1",
  };
  expect(valueOf(metrics, `${NGINX}build_info`, { ...who, release: "1.2.3" })).toBe(1);
  expect(valueOf(metrics, "ts_ingress_build_info", { version: "1.2.3", node: process.version })).toBe(1);
  expect(valueOf(metrics, `${NGINX}success`, who)).toBe(0);
  expect([...(await metricsOf(OURS).look()).keys()].filter((name) => name.startsWith(NGINX))).toEqual([]);
});

test("a snapshot is told when it was published, and that a process refused one", async () => {
  const { metrics, look } = metricsOf(BOTH);
  const before = await look();
  expect(before.has("ts_ingress_snapshot_info")).toBe(false);
  const { revision } = emptySnapshot();
  metrics.published(revision, 1_700_000_000_500);
  metrics.published(revision, 1_800_000_000_000);
  const first = await look();
  expect(valueOf(first, "ts_ingress_snapshot_info", { revision })).toBe(1);
  expect(valueOf(first, "ts_ingress_snapshot_applied_timestamp_seconds")).toBe(1_700_000_000.5);
  expect(valueOf(first, `${NGINX}config_last_reload_successful_timestamp_seconds`)).toBe(1_700_000_000.5);
  expect(valueOf(first, `${NGINX}config_last_reload_successful`)).toBe(1);
  expect(valueOf(first, `${NGINX}success`)).toBe(1);
  const meter = meterOf(BOTH);
  meter.applying(() => {});
  expect(() =>
    meter.applying(() => {
      throw new Error("no such middleware");
    }),
  ).toThrow("no such middleware");
  metrics.measured(0, process.pid, sent(meter.take()));
  const second = await look();
  expect(valueOf(second, `${NGINX}config_last_reload_successful`)).toBe(0);
  expect(valueOf(second, `${NGINX}errors`)).toBe(1);
  expect(valueOf(second, "ts_ingress_snapshot_refusals_total")).toBe(1);
  expect(valueOf(second, "ts_ingress_snapshot_apply_duration_seconds_count")).toBe(1);
  metrics.published("another-revision", 1_700_000_001_000);
  const third = await look();
  expect(valueOf(third, `${NGINX}config_last_reload_successful`)).toBe(1);
  expect(valueOf(third, `${NGINX}config_hash`)).not.toBe(valueOf(first, `${NGINX}config_hash`));
});

test("diagnostics are counted as they stand, and orphans named", async () => {
  const problem = (code: string, kind = "Ingress"): Diagnostic => ({
    severity: "error",
    code,
    scope: "reference",
    object: { kind, namespace: "shop", name: "web" },
    message: "",
    remedy: "",
  });
  let diagnostics = [
    problem("ServiceNotFound"),
    problem("ServiceWithoutEndpoints"),
    problem("ServiceNotFound", "ConfigMap"),
  ];
  const { look } = metricsOf(BOTH, { live: () => ({ snapshot: emptySnapshot(), diagnostics }) });
  const metrics = await look();
  expect(valueOf(metrics, "ts_ingress_diagnostics", { severity: "error", code: "ServiceNotFound" })).toBe(2);
  expect(
    metrics.get(`${NGINX}orphan_ingress`)?.samples.map(({ labels }) => [labels["ingress"], labels["type"]]),
  ).toEqual([
    ["web", "no-service"],
    ["web", "no-endpoint"],
  ]);
  diagnostics = [];
  const later = await look();
  expect([later.has("ts_ingress_diagnostics"), later.has(`${NGINX}orphan_ingress`)]).toEqual([false, false]);
});

test("certificates are told for each server name", async () => {
  const { issue } = await testAuthority();
  const certificate = {
    ...certificateFor(["a.example", "*.b.example"], await issue("a.example")),
    name: "shop/web-tls",
  };
  const snapshot = seal({ virtualHosts: [], upstreams: [], certificates: [certificate] });
  const { look } = metricsOf(BOTH, { live: () => ({ snapshot, diagnostics: [] }) });
  const metrics = await look();
  const labels = { namespace: "shop", class: "k8s.io/ingress-nginx", host: "*.b.example", secret_name: "web-tls" };
  const expires = valueOf(metrics, `${NGINX}ssl_expire_time_seconds`, labels);
  expect(expires).toBeGreaterThan(Date.now() / 1000);
  expect(metrics.get(`${NGINX}ssl_expire_time_seconds`)?.samples[0]?.labels).not.toHaveProperty("controller_pod");
  expect(valueOf(metrics, `${NGINX}ssl_certificate_info`, labels)).toBe(1);
  const ours = { namespace: "shop", secret: "web-tls", host: "a.example" };
  expect(valueOf(metrics, "ts_ingress_certificate_expiry_timestamp_seconds", ours)).toBe(expires);
});

test("endpoints are counted by Service, their ejections by failure", async () => {
  const endpoint = (name: string, ejected: boolean) => ({
    endpoint: name,
    ejected,
    triedIn: null,
    failures: 0,
    active: 2,
    idle: 1,
  });
  const upstream = (name: string, ejected: boolean) => ({
    upstream: name,
    requests: 0,
    retries: 0,
    endpoints: [endpoint("a", false), endpoint("b", ejected)],
  });
  const { metrics, look } = metricsOf(OURS, {
    upstreams: () => [upstream("shop/web:80", true), upstream("shop/web:443 https", false)],
  });
  metrics.health({
    kind: "ejected",
    upstream: "shop/web:80",
    endpoint: "b",
    failures: 5,
    failure: "connect_failed",
    time: 1,
  });
  metrics.health({ kind: "returned", upstream: "shop/web:80", endpoint: "b" });
  const read = await look();
  const web = { namespace: "shop", service: "web" };
  expect(valueOf(read, "ts_ingress_endpoints", { ...web, state: "ready" })).toBe(3);
  expect(valueOf(read, "ts_ingress_endpoints", { ...web, state: "ejected" })).toBe(1);
  expect(valueOf(read, "ts_ingress_upstream_connections", { ...web, state: "active" })).toBe(8);
  expect(valueOf(read, "ts_ingress_endpoint_ejections_total", { ...web, failure: "connect_failed" })).toBe(1);
  expect(valueOf(read, "ts_ingress_endpoint_returns_total", web)).toBe(1);
});

test("series of Ingresses that are gone are forgotten", async () => {
  const gone: Route = { ...route, name: "gone", origin: { ...route.origin, name: "gone" } };
  const { metrics, look } = metricsOf(BOTH);
  const meter = meterOf(BOTH);
  meter.finished(served());
  meter.finished(served(gone));
  meter.finished(exchange({ route: null, upstream: "", attempts: [], status: 404 }));
  metrics.measured(0, process.pid, sent(meter.take()));
  const read = await look();
  for (const name of ["ts_ingress_requests_total", "ts_ingress_request_bytes_total"]) {
    expect(read.get(name)?.samples.map(({ labels }) => labels["ingress"])).toEqual(["web", ""]);
  }
  expect(read.get(`${NGINX}requests`)?.samples.map(({ labels }) => labels["ingress"])).toEqual(["web"]);
});

test("series that were folded, and lines that were dropped, are counted", async () => {
  let dropped = 5;
  const settings = { ...OURS, mostSeries: 2 };
  const { metrics, look } = metricsOf(settings, {}, () => dropped);
  const meter = meterOf(settings);
  for (const status of [200, 201, 202, 203]) meter.finished(exchange({ status }));
  metrics.measured(1, 7, sent(meter.take(2)));
  await look();
  dropped = 6;
  const read = await look();
  expect(valueOf(read, "ts_ingress_log_lines_dropped_total")).toBe(8);
  const folded = read.get("ts_ingress_metric_series_folded_total")?.samples ?? [];
  expect(folded.find(({ labels }) => labels["metric"] === "ts_ingress_requests_total")?.value).toBeGreaterThanOrEqual(
    2,
  );
  const total = read.get("ts_ingress_requests_total")?.samples.reduce((sum, { value }) => sum + value, 0);
  expect(total).toBe(4);
});
