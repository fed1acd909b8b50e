import { expect, test } from "vitest";
import { newStreamRecord } from "../../src/data-plane/streams/stream-record.ts";
import { accessLine, droppedLine, streamLine } from "../../src/telemetry/access-line.ts";
import { exchange } from "./exchanges.ts";

const service = {
  name: "tcp 9000",
  origin: { kind: "ConfigMap", namespace: "x", name: "y" },
  protocol: "tcp",
  port: 9000,
  upstream: "shop/redis:6379",
} as const;

test("each name has its line, and a format of one's own comes before it", () => {
  const write = (settings: Parameters<typeof accessLine>[0]): string => accessLine(settings)(exchange());
  expect(write({ format: "json", colours: false })).toMatch(/^\{"time":/);
  expect(write({ format: "nginx", colours: true })).toContain("[shop-cart-80] [] 10.0.0.7:8080");
  expect(write({ format: "common", colours: false })).toMatch(/"GET \/cart\?token=secret HTTP\/1\.1" 200 512$/);
  expect(write({ format: "pretty", colours: true })).toContain("\u001b[");
  const custom = { format: "$status $http_x", escape: "json" } as const;
  expect(write({ format: "nginx", colours: false, custom })).toBe("200 ");
});

test("TCP and UDP services are told as ingress-nginx tells them", () => {
  const record = {
    ...newStreamRecord(service, "10.0.0.9"),
    startedAt: 1000,
    finishedAt: 2500,
    fromClient: 3,
    fromUpstream: 5,
  };
  const write = streamLine({ format: "nginx", colours: false });
  expect(write(record).replace(/\] \[.*?\]/, "] [time]")).toBe("[10.0.0.9] [time] TCP 200 5 3 1.500");
  expect(write({ ...record, failure: "connect_failed" })).toContain(" TCP 502 ");
});

test("dropped lines are told in the form of the others", () => {
  expect(droppedLine("nginx", 3)).toBe("warning: 3 lines were dropped: the reader of this log is too slow");
  expect(JSON.parse(droppedLine("json", 3))).toMatchObject({ dropped: 3 });
});
