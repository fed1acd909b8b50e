// The library's door: a gateway inside another program.
// In: sources and options. Out: a running gateway, and the types of all it shows.
// Never: anything that the command line alone needs.
export { startGateway } from "./gateway.ts";
export type { Gateway, GatewayOptions, GatewayPorts } from "./gateway.ts";
export type { WorkersOptions, WorkerStatus } from "./processes/processes.ts";
export { ManifestFolder } from "./control-plane/sources/manifest-folder.ts";
export { fixedResources } from "./control-plane/sources/fixed-resources.ts";
export type { Loaded, ResourceSource } from "./control-plane/sources/sources.ts";
export type { Published } from "./control-plane/control-plane.ts";
export type { Diagnostic, Scope, Severity } from "./control-plane/translate/diagnostic.ts";
export type { ServiceMap, StreamOptions, TranslateOptions } from "./control-plane/translate/options.ts";
export type { ResourceSet } from "./control-plane/resources/resources.ts";
export type { RoutingSnapshot } from "./snapshot/snapshot.ts";
export type { HealthChange } from "./data-plane/upstreams/health/ejection.ts";
export type { StreamRecord } from "./data-plane/streams/stream-record.ts";
export type { Exchange, ExchangeRecord } from "./data-plane/exchange/exchange.ts";
export { jsonLine, prettyLine } from "./telemetry/access-log.ts";
export { compileFormat, LogFormatError } from "./telemetry/log-format/compile-format.ts";
export { DEFAULT_BUCKETS } from "./telemetry/metrics/definition.ts";
export type { MetricsOptions } from "./telemetry/metrics/metrics.ts";
export type { TracingSettings } from "./telemetry/tracing/tracer.ts";
export type { MeterSettings } from "./telemetry/metrics/settings.ts";
