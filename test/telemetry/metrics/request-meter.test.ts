import { expect, test } from "vitest";
import type { Exchange } from "../../../src/data-plane/exchange/exchange.ts";
import { Registry } from "../../../src/telemetry/metrics/registry.ts";
import { RequestMeter } from "../../../src/telemetry/metrics/request-meter.ts";
import type { MeterSettings } from "../../../src/telemetry/metrics/settings.ts";
import type { Route } from "../../../src/snapshot/route.ts";
import { attempt, exchange, route } from "../exchanges.ts";
import { BOTH, both, OURS, read } from "./meter-settings.ts";
import { valueOf } from "./read-exposition.ts";

const NGINX = "nginx_ingress_controller_";

function measure(
  settings: MeterSettings,
  exchanges: readonly Exchange[],
  named: readonly string[] = ["shop.example.com"],
) {
  const registry = new Registry(settings);
  const meter = new RequestMeter(registry, settings, (host) => (named.includes(host) ? host : null));
  for (const one of exchanges) meter.finished(one);
  return read(registry);
}

/** Of the shop's rule, as it is served: the host of the rule is in the record. */
function served(
  record: Parameters<typeof exchange>[0] = {},
  request: Parameters<typeof exchange>[1] = {},
  headers: Parameters<typeof exchange>[2] = {},
): Exchange {
  return exchange({ virtualHost: "shop.example.com", ...record }, request, headers);
}

test("a request counts with the labels of its rule, and its times and octets are told in both families", () => {
  const metrics = measure(BOTH, [served({ responseHeadBytes: 100 }, {}, { a: "b" }), served()]);
  const rule = { namespace: "shop", ingress: "web", service: "cart" };
  const labels = { ...rule, host: "shop.example.com", path: "/", method: "GET", status: "200" };
  expect(valueOf(metrics, "ts_ingress_requests_total", labels)).toBe(2);
  expect(valueOf(metrics, "ts_ingress_request_duration_seconds_sum", { ...rule, status: "2xx" })).toBeCloseTo(0.0245);
  expect(valueOf(metrics, "ts_ingress_upstream_header_duration_seconds_sum", rule)).toBeCloseTo(0.023);
  expect(valueOf(metrics, "ts_ingress_upstream_duration_seconds_sum", rule)).toBeCloseTo(0.0245);
  expect(valueOf(metrics, "ts_ingress_upstream_connect_duration_seconds_sum", rule)).toBeCloseTo(0.002);
  expect(valueOf(metrics, "ts_ingress_request_bytes_total", rule)).toBe(6);
  expect(valueOf(metrics, "ts_ingress_response_bytes_total", rule)).toBe(1024);
  const theirs = { ...labels, canary: "" };
  expect(valueOf(metrics, `${NGINX}requests`, theirs)).toBe(2);
  expect(valueOf(metrics, `${NGINX}request_duration_seconds_bucket`, { ...theirs, le: "0.01" })).toBe(0);
  expect(valueOf(metrics, `${NGINX}request_duration_seconds_bucket`, { ...theirs, le: "0.025" })).toBe(2);
  // Field lines "a: b", the empty line, three octets of body.
  expect(valueOf(metrics, `${NGINX}request_size_sum`, theirs)).toBe("a: b\r\n".length + 2 * 2 + 2 * 3);
  expect(valueOf(metrics, `${NGINX}response_size_sum`, theirs)).toBe(100 + 2 * 512);
  expect(valueOf(metrics, `${NGINX}bytes_sent_bucket`, { ...theirs, le: "1000" })).toBe(2);
});

test("the order of ingress-nginx's labels is kept, and its own family is off where it is not asked for", () => {
  const labels = measure(BOTH, [served()]).get(`${NGINX}requests`)?.samples[0]?.labels ?? {};
  expect(Object.keys(labels).join(" ")).toBe("status method path namespace ingress service canary host");
  expect([...measure(OURS, [served()]).keys()].filter((name) => name.startsWith(NGINX))).toEqual([]);
});

test("an open connection took no time to connect to ingress-nginx, and does not count to us", () => {
  const metrics = measure(BOTH, [served({ attempts: [attempt({ reused: true, connectTime: null })] })]);
  expect(valueOf(metrics, `${NGINX}connect_duration_seconds_count`)).toBe(1);
  expect(valueOf(metrics, `${NGINX}connect_duration_seconds_sum`)).toBe(0);
  expect(valueOf(metrics, "ts_ingress_upstream_connect_duration_seconds_count")).toBe(0);
});

test("retries count by what went wrong before, failures by their row; the times are those of the last attempt", () => {
  const failed = attempt({ failure: "connect_failed", connectTime: null, headTime: null, status: null });
  const metrics = measure(BOTH, [
    served({ attempts: [failed, attempt({ startedAt: 1010, headTime: 2 })] }),
    served({ attempts: [failed], status: 502, failure: "connect_failed" }),
  ]);
  const retries = { namespace: "shop", service: "cart", reason: "connect_failed" };
  expect(valueOf(metrics, "ts_ingress_upstream_retries_total", retries)).toBe(1);
  expect(valueOf(metrics, "ts_ingress_failures_total", { failure: "connect_failed", side: "upstream" })).toBe(1);
  expect(valueOf(metrics, "ts_ingress_upstream_duration_seconds_count")).toBe(1);
  expect(valueOf(metrics, "ts_ingress_upstream_duration_seconds_sum")).toBeCloseTo(0.00225);
});

test("classes of status, without hosts", () => {
  const metrics = measure(both({ statusClasses: true, perHost: false }), [
    served(),
    served({ status: 204 }),
    served({ status: 0 }),
  ]);
  const [first, second] = metrics.get(`${NGINX}requests`)?.samples ?? [];
  expect([first?.labels["status"], first?.value, second?.labels["status"]]).toEqual(["2xx", 2, "0xx"]);
  expect(first?.labels).not.toHaveProperty("host");
  expect(valueOf(metrics, "ts_ingress_requests_total", { status: "000" })).toBe(1);
});

test("hosts that no Ingress names are left out by ingress-nginx's metrics, unless they are asked for", () => {
  const anyHost: Route = { ...route, name: "any", origin: { ...route.origin, name: "any" } };
  const exchanges = [
    exchange({ route: null, upstream: "", attempts: [], status: 404 }, { host: "scanner.example" }),
    exchange({ route: anyHost, virtualHost: "*" }, { host: "scanner.example" }),
    exchange({ route: anyHost, virtualHost: "*" }, { host: "shop.example.com" }),
    exchange({ route: null, upstream: "", attempts: [], status: 404 }, { host: "shop.example.com" }),
  ];
  const hosts = (settings: MeterSettings) =>
    measure(settings, exchanges)
      .get(`${NGINX}requests`)
      ?.samples.map(({ labels }) => [labels["host"], labels["ingress"]]);
  expect(hosts(BOTH)).toEqual([
    ["shop.example.com", "any"],
    ["shop.example.com", ""],
  ]);
  expect(hosts(both({ perUndefinedHost: true }))).toEqual([
    ["scanner.example", ""],
    ["scanner.example", "any"],
    ["shop.example.com", "any"],
    ["shop.example.com", ""],
  ]);
  const ours = measure(BOTH, exchanges).get("ts_ingress_requests_total")?.samples;
  expect(ours?.map(({ labels, value }) => [labels["host"], labels["ingress"], value])).toEqual([
    ["", "", 2],
    ["*", "any", 2],
  ]);
});

test("hosts that clients invent are bounded", () => {
  const settings = { ...both({ perUndefinedHost: true }), mostSeries: 3 };
  const exchanges = Array.from({ length: 10 }, (_, i) =>
    exchange({ route: null, upstream: "", attempts: [], status: 404 }, { host: `h${i}.example` }),
  );
  const metrics = measure(settings, exchanges);
  const samples = metrics.get(`${NGINX}requests`)?.samples ?? [];
  expect(samples.map(({ labels, value }) => [labels["host"], value])).toEqual([
    ["h0.example", 1],
    ["h1.example", 1],
    ["h2.example", 1],
    ["other", 7],
  ]);
});

test("a tunnel counts, but its time is no request's of ours", () => {
  const metrics = measure(BOTH, [served({ status: 101, tunnelled: true, attempts: [attempt({ status: 101 })] })]);
  expect(valueOf(metrics, "ts_ingress_requests_total")).toBe(1);
  expect(valueOf(metrics, "ts_ingress_request_duration_seconds_count")).toBe(0);
  expect(valueOf(metrics, `${NGINX}request_duration_seconds_count`)).toBe(1);
});

test("after the series were handed over, others are found", () => {
  const registry = new Registry(BOTH);
  const meter = new RequestMeter(registry, BOTH, () => null);
  meter.finished(served());
  registry.take();
  meter.forget();
  meter.finished(served());
  expect(valueOf(read(registry), "ts_ingress_requests_total")).toBe(1);
});
