import type { NotBuiltRow } from "./not-built-row.ts";

const row = (keys: NotBuiltRow["keys"], flag: string): NotBuiltRow => ({
  effect: "served",
  severity: "warning",
  code: "SettingTakenAtStart",
  what: "has no effect: it is a flag here, which is taken at the start",
  remedy: `Start with ${flag}, and remove the key`,
  keys,
});

/** Keys for which there is a flag: they cannot change while the gateway runs. */
export const TAKEN_AT_START: readonly NotBuiltRow[] = [
  row({ "worker-processes": ["auto"] }, "--workers"),
  row({ "worker-shutdown-timeout": ["240s"] }, "--drain-timeout"),
  row({ "bind-address": [] }, "--bind"),
  row({ "otel-service-name": ["nginx"] }, "--otel-service-name"),
  row({ "otel-sampler-ratio": ["0.01"], "otel-sampler": ["alwayson", "traceidratiobased"] }, "--otel-sampler-ratio"),
  row(
    { "enable-opentelemetry": ["false"], "otlp-collector-host": [], "otlp-collector-port": ["4317"] },
    "--otlp-endpoint http://HOST:4318",
  ),
];
