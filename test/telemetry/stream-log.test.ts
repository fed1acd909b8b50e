import { expect, test } from "vitest";
import { newStreamRecord } from "../../src/data-plane/streams/stream-record.ts";
import type { StreamService } from "../../src/snapshot/stream-service.ts";
import { jsonStreamLine, prettyStreamLine } from "../../src/telemetry/stream-log.ts";

const SERVICE: StreamService = {
  name: "tcp 9000",
  origin: { kind: "ConfigMap", namespace: "ingress-nginx", name: "tcp-services" },
  protocol: "tcp",
  port: 9000,
  upstream: "shop/redis:6379 tcp",
};

test("a line says who was joined to whom, for how long and how much", () => {
  const record = newStreamRecord(SERVICE, "192.0.2.1");
  record.finishedAt = record.startedAt + 1234.5;
  Object.assign(record, { endpoint: "10.0.0.7:6379", attempts: 2, fromClient: 310, fromUpstream: 12 });
  expect(prettyStreamLine(record)).toMatch(
    /^\d\d:\d\d:\d\d TCP 9000 from 192\.0\.2\.1 shop\/redis 10\.0\.0\.7:6379 \(try 2\) 1234\.5ms 310B in 12B out$/,
  );
  expect(JSON.parse(jsonStreamLine(record))).toMatchObject({
    remote_addr: "192.0.2.1",
    protocol: "TCP",
    port: 9000,
    bytes_in: 310,
    bytes_out: 12,
    duration: 1.2345,
    upstream: { addr: "10.0.0.7:6379", attempts: 2 },
    namespace: "shop",
    service: "redis",
    service_port: "6379",
    flags: [],
    detail: null,
  });
});

test("a line says what went wrong", () => {
  const record = newStreamRecord(SERVICE, "");
  record.failure = "connect_failed";
  record.failureDetail = "10.0.0.7:6379: refused\n";
  expect(prettyStreamLine(record)).toMatch(/ from - shop\/redis - .* connect_failed: 10\.0\.0\.7:6379: refused/);
  expect(prettyStreamLine(record)).not.toContain("\n");
  expect(JSON.parse(jsonStreamLine(record))).toMatchObject({ upstream: null, flags: ["connect_failed"] });
});

test("a TLS connection that was passed through is named by its server name", () => {
  const service = { ...SERVICE, name: "tls shop.example.com", port: 8443, upstream: "shop/web:443 tcp" };
  const record = newStreamRecord(service, "192.0.2.1", "shop.example.com");
  expect(prettyStreamLine(record)).toMatch(/^\S+ TLS shop\.example\.com from 192\.0\.2\.1 shop\/web - /);
  const parsed: unknown = JSON.parse(jsonStreamLine(record));
  expect(parsed).toMatchObject({ protocol: "TLS", port: 8443, server_name: "shop.example.com", service: "web" });
  const nowhere = newStreamRecord({ ...service, upstream: "" }, "192.0.2.1", "shop.example.com");
  expect(prettyStreamLine(nowhere)).toContain(" from 192.0.2.1 - - ");
});
