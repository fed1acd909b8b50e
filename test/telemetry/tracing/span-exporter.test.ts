import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { otlpSpan } from "../../../src/telemetry/tracing/otlp.ts";
import { SpanExporter } from "../../../src/telemetry/tracing/span-exporter.ts";
import { closedPort } from "../../support/servers.ts";
import { startCollector } from "./collector.ts";

const span = otlpSpan({
  traceId: "4bf92f3577b34da6a3ce929d0e0e4736",
  spanId: "00f067aa0ba902b7",
  parent: "",
  name: "GET /",
  begin: 0,
  end: 1,
  attributes: {},
  failed: false,
});

function exporterTo(endpoint: string, interval?: number) {
  const problems: string[] = [];
  const exporter = new SpanExporter({
    endpoint,
    resource: {},
    onProblem: (message) => problems.push(message),
    ...(interval === undefined ? {} : { interval }),
  });
  return { exporter, problems };
}

test("spans are sent together, some time after the first of them", async () => {
  const collector = await startCollector();
  const { exporter } = exporterTo(`${collector.endpoint}/`, 1);
  for (let i = 0; i < 3; i++) exporter.add(span);
  await collector.received(3);
  expect(collector.paths).toHaveLength(1);
  exporter.add(span);
  await collector.received(4);
  await exporter.close();
});

test("many are sent at once, in requests of a bounded size, and what is too much is dropped and told", async () => {
  const collector = await startCollector();
  const { exporter, problems } = exporterTo(collector.endpoint);
  for (let i = 0; i < 4000; i++) exporter.add(span);
  await exporter.close();
  // 512 were on their way when the others came; of those, 2,048 may wait.
  expect([collector.spans.length, collector.paths.length]).toEqual([512 + 2048, 5]);
  expect(problems).toEqual([expect.stringContaining(`${4000 - 512 - 2048} spans did not reach the collector`)]);
});

test("a collector that is not there, or does not want them, is told of once", async () => {
  const { port } = await closedPort();
  const gone = exporterTo(`http://127.0.0.1:${port}`);
  gone.exporter.add(span);
  await gone.exporter.close();
  gone.exporter.add(span);
  await gone.exporter.close();
  expect(gone.problems).toEqual([
    expect.stringMatching(/^1 spans did not reach .*ECONNREFUSED.* \(said once a minute/),
  ]);
  const refusing = await startCollector(503);
  const refused = exporterTo(refusing.endpoint);
  refused.exporter.add(span);
  await refused.exporter.close();
  expect(refused.problems).toEqual([expect.stringContaining("it answers 503")]);
});

test("a collector that is silent does not keep us from ending", async () => {
  const server = createServer((socket) => socket.on("error", () => {}).resume());
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  const { exporter, problems } = exporterTo(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  exporter.add(span);
  await exporter.close();
  expect(problems).toHaveLength(1);
});
