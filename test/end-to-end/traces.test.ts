// traceparent of clients, with and without a collector.
import { expect, test } from "vitest";
import { values } from "../support/message.ts";
import { RawClient } from "../support/raw-client.ts";
import { RecordingUpstream } from "../support/recording-upstream.ts";
import { startDataPlane } from "../support/start-data-plane.ts";
import { Tracer } from "../../src/telemetry/tracing/tracer.ts";
import { tracedBy } from "../../src/telemetry/tracing/traced-by.ts";
import { startCollector } from "../telemetry/tracing/collector.ts";

const TRACEPARENT = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
const REQUEST = `GET / HTTP/1.1\r\nHost: test.example\r\ntraceparent: ${TRACEPARENT}\r\ntracestate: a=b\r\n\r\n`;

test("without a collector it is passed on as it came", async () => {
  const upstream = await RecordingUpstream.start();
  const { http } = await startDataPlane({ routes: [{ to: upstream }] });
  const client = await RawClient.open(http);
  client.write(REQUEST);
  await client.response();
  const request = await upstream.nextRequest();
  expect([values(request, "traceparent"), values(request, "tracestate")]).toEqual([[TRACEPARENT], ["a=b"]]);
  client.write("GET / HTTP/1.1\r\nHost: test.example\r\n\r\n");
  await client.response();
  expect(values(await upstream.nextRequest(), "traceparent")).toEqual([]);
});

test("with one, the upstream's parent is our span, whose parent is the client's", async () => {
  const upstream = await RecordingUpstream.start();
  const collector = await startCollector();
  const tracer = new Tracer({ endpoint: collector.endpoint, serviceName: "edge", version: "1", ratio: 1 }, () => {});
  const { onStarted, onFinished } = tracedBy(tracer, {});
  const gateway = await startDataPlane({
    routes: [{ to: upstream }],
    ...(onStarted === undefined ? {} : { onStarted }),
  });
  const client = await RawClient.open(gateway.http);
  client.write(REQUEST);
  await client.response();
  onFinished?.(await gateway.finishedCount(1));
  await tracer.close();
  const [told = ""] = values(await upstream.nextRequest(), "traceparent");
  const [span] = collector.spans;
  expect(told).toBe(`00-${span?.traceId}-${span?.spanId}-01`);
  expect([span?.traceId, span?.parentSpanId]).toEqual(TRACEPARENT.split("-").slice(1, 3));
});
