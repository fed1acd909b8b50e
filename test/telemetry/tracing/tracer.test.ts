import { expect, onTestFinished, test } from "vitest";
import { Tracer } from "../../../src/telemetry/tracing/tracer.ts";
import { exchange } from "../exchanges.ts";
import { startCollector, valuesOf } from "./collector.ts";

const TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
const SPAN = "00f067aa0ba902b7";

async function start(ratio: number) {
  const collector = await startCollector();
  const { endpoint } = collector;
  const tracer = new Tracer({ endpoint, serviceName: "edge", version: "1.2.3", ratio }, () => {});
  onTestFinished(() => tracer.close());
  return { collector, tracer };
}

test("a trace goes on: the upstream gets our span as its parent, the collector gets ours", async () => {
  const { collector, tracer } = await start(0);
  const served = exchange({}, {}, { traceparent: `00-${TRACE}-${SPAN}-01`, tracestate: "a=b", "user-agent": "curl/8" });
  tracer.started(served);
  const sent = served.request.headers.get("traceparent") ?? "";
  expect(sent).toMatch(new RegExp(`^00-${TRACE}-[0-9a-f]{16}-01$`));
  expect(sent).not.toContain(SPAN);
  expect(served.request.headers.get("tracestate")).toBe("a=b");
  tracer.finished(served);
  await tracer.close();
  const [span] = collector.spans;
  expect(span).toMatchObject({ traceId: TRACE, spanId: sent.slice(36, 52), parentSpanId: SPAN, name: "GET /" });
  expect(BigInt(span?.endTimeUnixNano ?? 0) - BigInt(span?.startTimeUnixNano ?? 0)).toBe(12_250_000n);
  expect(Number(span?.startTimeUnixNano) / 1e6).toBeCloseTo(performance.timeOrigin + 1000, -1);
  expect(valuesOf(span?.attributes ?? [])).toEqual({
    "http.request.method": "GET",
    "http.response.status_code": "200",
    "http.route": "/",
    "url.scheme": "http",
    "url.path": "/cart",
    "server.address": "shop.example.com",
    "client.address": "127.0.0.1",
    "network.protocol.version": "1.1",
    "user_agent.original": "curl/8",
    "http.request.body.size": "3",
    "http.response.body.size": "512",
    "ts_ingress.request_id": served.id,
    "ts_ingress.ingress": "shop/web",
    "ts_ingress.service": "shop/cart",
    "ts_ingress.endpoint": "10.0.0.7:8080",
    "ts_ingress.attempts": "1",
  });
  expect(collector.resources).toEqual([{ "service.name": "edge", "service.version": "1.2.3" }]);
  expect(collector.paths).toEqual(["POST /v1/traces application/json"]);
});

test("what somebody decided not to trace is passed on untouched", async () => {
  const { collector, tracer } = await start(1);
  const traceparent = `00-${TRACE}-${SPAN}-00`;
  const served = exchange({}, {}, { traceparent });
  tracer.started(served);
  expect(served.request.headers.get("traceparent")).toBe(traceparent);
  tracer.finished(served);
  await tracer.close();
  expect(collector.spans).toEqual([]);
});

test("a request without a trace begins one, and one with an invalid one another", async () => {
  const { collector, tracer } = await start(1);
  const traces = [{}, { traceparent: "00-x", tracestate: "a=b" }].map((headers) => {
    const served = exchange({ status: 502, failure: "connect_failed", route: null }, {}, headers);
    tracer.started(served);
    tracer.finished(served);
    expect(served.request.headers.get("tracestate")).toBeUndefined();
    return served.request.headers.get("traceparent") ?? "";
  });
  expect(new Set(traces.map((trace) => trace.slice(3, 35))).size).toBe(2);
  await tracer.close();
  expect(collector.spans.map(({ traceId }) => traceId)).toEqual(traces.map((trace) => trace.slice(3, 35)));
  expect(collector.spans[0]).toMatchObject({ name: "GET", status: { code: 2 } });
  expect(collector.spans[0]).not.toHaveProperty("parentSpanId");
  expect(valuesOf(collector.spans[0]?.attributes ?? [])["error.type"]).toBe("connect_failed");
});

test("without luck none is traced, and the upstream is told so", async () => {
  const { collector, tracer } = await start(0);
  const served = exchange();
  tracer.started(served);
  tracer.finished(served);
  await tracer.close();
  expect(served.request.headers.get("traceparent")).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-00$/);
  expect(collector.spans).toEqual([]);
});
