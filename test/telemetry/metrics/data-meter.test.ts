import { expect, onTestFinished, test } from "vitest";
import type { DataPlaneCounts } from "../../../src/data-plane/data-plane.ts";
import { newStreamRecord } from "../../../src/data-plane/streams/stream-record.ts";
import { DataMeter } from "../../../src/telemetry/metrics/data-meter.ts";
import { Registry } from "../../../src/telemetry/metrics/registry.ts";
import { OURS, read } from "./meter-settings.ts";
import { valueOf } from "./read-exposition.ts";

const counts = (accepted: number): DataPlaneCounts => ({
  connections: {
    open: 3,
    idle: 1,
    accepted: { http: accepted, https: 1 },
    turnedAway: 1,
    spoken: [{ listener: "http", protocol: "http1", serving: 2, began: accepted - 1 }],
    tls: [
      { done: { "TLSv1.3": 2 }, failed: { ERR_SSL_X: 1 } },
      { done: { "TLSv1.3": 1, "TLSv1.2": 1 }, failed: {} },
    ],
  },
  streamClients: 0,
  refusedShare: 0.5,
});

function start(): DataMeter {
  const meter = new DataMeter(OURS);
  onTestFinished(() => meter.close());
  return meter;
}

test("what a data plane counted since its start counts once, however often it is looked at", () => {
  const meter = start();
  const registry = new Registry(OURS);
  expect(meter.take().now).toBeNull();
  let accepted = 5;
  meter.watch({ counts: () => counts(accepted), virtualHostFor: () => null });
  registry.merge(meter.take().counted);
  registry.merge(meter.take().counted);
  accepted = 9;
  const measured = meter.take();
  registry.merge(measured.counted);
  expect(measured.now?.refusedShare).toBe(0.5);
  const metrics = read(registry);
  expect(valueOf(metrics, "ts_ingress_connections_accepted_total", { listener: "http" })).toBe(9);
  expect(valueOf(metrics, "ts_ingress_connections_total", { listener: "http", protocol: "http1" })).toBe(8);
  expect(valueOf(metrics, "ts_ingress_connections_turned_away_total")).toBe(1);
  expect(valueOf(metrics, "ts_ingress_tls_handshakes_total", { version: "TLSv1.3" })).toBe(3);
  expect(valueOf(metrics, "ts_ingress_tls_handshake_failures_total", { error: "ERR_SSL_X" })).toBe(1);
});

test("clients of TCP and UDP services count with what was carried for them", () => {
  const meter = start();
  const service = {
    name: "tcp 9000",
    origin: { kind: "ConfigMap", namespace: "x", name: "y" },
    protocol: "tcp",
    port: 9000,
    upstream: "shop/redis:6379",
  } as const;
  meter.streamFinished({ ...newStreamRecord(service, "10.0.0.9"), fromClient: 3, fromUpstream: 5 });
  meter.streamFinished({ ...newStreamRecord(service, "10.0.0.9"), failure: "connect_failed" });
  const registry = new Registry(OURS);
  registry.merge(meter.take().counted);
  const metrics = read(registry);
  const redis = { protocol: "tcp", port: "9000", namespace: "shop", service: "redis" };
  expect(valueOf(metrics, "ts_ingress_stream_sessions_total", { ...redis, failure: "" })).toBe(1);
  expect(valueOf(metrics, "ts_ingress_stream_sessions_total", { ...redis, failure: "connect_failed" })).toBe(1);
  expect(valueOf(metrics, "ts_ingress_stream_bytes_total", { ...redis, direction: "out" })).toBe(5);
});

test("a process measures itself, its processor time since the last look", () => {
  const meter = start();
  const { process: first } = meter.take();
  const { process: second } = meter.take();
  expect(first.cpu).toBeGreaterThan(0);
  expect(second.cpu).toBeLessThan(first.cpu);
  expect(second.resident).toBeGreaterThan(second.heap);
  expect(second.startedAt).toBeLessThanOrEqual(Date.now() / 1000);
});
