import { Command, CommanderError } from "commander";
import { expect, test } from "vitest";
import { addTracingFlags, type TracingFlags, tracingOptions } from "../../src/cli/tracing-flags.ts";

function optionsOf(...args: readonly string[]) {
  const command = addTracingFlags(new Command("dev"))
    .exitOverride()
    .configureOutput({ writeErr: () => {} });
  return tracingOptions(command.parse(args, { from: "user" }).opts<TracingFlags>());
}

test("nothing is traced without a collector", () => {
  expect(optionsOf("--otel-sampler-ratio=0.5")).toEqual({});
});

test("a collector is named with or without its path", () => {
  const { tracing } = optionsOf("--otlp-endpoint=http://collector:4318/v1/traces", "--otel-sampler-ratio=0.5");
  expect(tracing).toMatchObject({ endpoint: "http://collector:4318", serviceName: "ts-ingress", ratio: 0.5 });
  expect(optionsOf("--otlp-endpoint=https://c/otlp", "--otel-service-name=edge").tracing).toMatchObject({
    endpoint: "https://c/otlp",
    serviceName: "edge",
    ratio: 1,
  });
});

test.each([
  "--otlp-endpoint=collector:4318",
  "--otlp-endpoint=http://c/?a",
  "--otel-sampler-ratio=2",
  "--otel-sampler-ratio=",
])("%s is refused", (flag) => expect(() => optionsOf(flag)).toThrow(CommanderError));
