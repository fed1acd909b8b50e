import { type Command, InvalidArgumentError, Option } from "commander";
import type { TracingSettings } from "../telemetry/tracing/tracer.ts";
import { packageVersion } from "./package-root.ts";

/** Flags about traces; two have the names of ingress-nginx's ConfigMap. */
export interface TracingFlags {
  readonly otlpEndpoint?: string;
  readonly otelServiceName: string;
  readonly otelSamplerRatio: number;
}

export function addTracingFlags(command: Command): Command {
  return command
    .addOption(
      new Option(
        "--otlp-endpoint <url>",
        "send a span of each request to this collector, by OTLP over HTTP: http://collector:4318; without it, traceparent is passed on as it came",
      ).argParser(parseEndpoint),
    )
    .addOption(
      new Option("--otel-service-name <name>", "with --otlp-endpoint: what we are called in traces").default(
        "ts-ingress",
      ),
    )
    .addOption(
      new Option(
        "--otel-sampler-ratio <share>",
        "with --otlp-endpoint: of requests that are in no trace yet, how many begin one, 0 to 1",
      )
        .argParser(parseShare)
        .default(1),
    );
}

/** What the flags mean for the gateway. */
export function tracingOptions(flags: TracingFlags): { tracing?: TracingSettings } {
  const { otlpEndpoint: endpoint, otelServiceName: serviceName, otelSamplerRatio: ratio } = flags;
  if (endpoint === undefined) return {};
  return { tracing: { endpoint, serviceName, version: packageVersion(), ratio } };
}

function parseEndpoint(text: string): string {
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol) || url.search !== "" || url.hash !== "") {
    throw new InvalidArgumentError("Give the URL of a collector, for example http://collector:4318.");
  }
  return text.replace(/\/v1\/traces\/?$/, "");
}

function parseShare(text: string): number {
  const share = text.trim() === "" ? Number.NaN : Number(text);
  if (share >= 0 && share <= 1) return share;
  throw new InvalidArgumentError("Give a number from 0 to 1, for example 0.05.");
}
