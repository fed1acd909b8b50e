import type { DataPlaneCounts } from "../../data-plane/data-plane.ts";
import type { ProcessFiles } from "./process-files.ts";
import type { ProcessMeasures } from "./process-meter.ts";
import type { Registry } from "./registry.ts";

/** One of our processes, as it was measured last. */
export interface ProcessFacts {
  /** "primary", "worker-1": a worker that replaces another has its name. */
  readonly name: string;
  readonly measures: ProcessMeasures;
  /** Null where it does not serve. */
  readonly counts: DataPlaneCounts | null;
  readonly files: ProcessFiles | null;
}

/** What each process uses, and the connections of all together. Of a worker that retires and the one in its place, the sum or the worse. */
export function processGauges(registry: Registry, processes: readonly ProcessFacts[]): void {
  for (const name of GAUGES) registry.family(name).take();
  const connections = registry.family("ts_ingress_connections");
  for (const { name, measures, counts, files } of processes) {
    registry.family("ts_ingress_process_resident_memory_bytes").add([name], measures.resident);
    registry.family("ts_ingress_process_heap_bytes").add([name], measures.heap);
    registry.family("ts_ingress_process_start_time_seconds").set([name], measures.startedAt);
    if (files !== null) registry.family("ts_ingress_process_open_fds").add([name], files.openFiles);
    const { half, most, latest } = measures.delay;
    for (const [quantile, delay] of [
      ["0.5", half],
      ["0.99", most],
      ["1", latest],
    ] as const)
      worst(registry, "ts_ingress_event_loop_delay_seconds", [name, quantile], delay);
    if (counts === null) continue;
    worst(registry, "ts_ingress_overload_refused_share", [name], counts.refusedShare);
    registry.family("ts_ingress_connections_idle").add([], counts.connections.idle);
    registry.family("ts_ingress_stream_clients").add([], counts.streamClients);
    for (const { listener, protocol, serving } of counts.connections.spoken)
      connections.add([listener, protocol], serving);
  }
}

/** The same as one nginx. */
export function nginxProcessGauges(registry: Registry, processes: readonly ProcessFacts[]): void {
  const set = (name: (typeof NGINX_GAUGES)[number], value: number, ...labels: string[]): void =>
    registry.family(`nginx_ingress_controller_nginx_process_${name}`).set(labels, value);
  const sum = (of: (facts: ProcessFacts) => number): number => processes.reduce((total, facts) => total + of(facts), 0);
  const open = sum(({ counts }) => counts?.connections.open ?? 0);
  const idle = sum(({ counts }) => counts?.connections.idle ?? 0);
  set("connections", open, "active");
  set("connections", 0, "reading");
  set("connections", Math.max(0, open - idle), "writing");
  set("connections", idle, "waiting");
  set("num_procs", processes.length);
  set(
    "resident_memory_bytes",
    sum(({ measures }) => measures.resident),
  );
  set("oldest_start_time_seconds", Math.min(...processes.map(({ measures }) => measures.startedAt)));
  if (processes.every(({ files }) => files === null)) return;
  set(
    "virtual_memory_bytes",
    sum(({ files }) => files?.virtualBytes ?? 0),
  );
}

const NGINX_GAUGES = [
  "connections",
  "num_procs",
  "resident_memory_bytes",
  "oldest_start_time_seconds",
  "virtual_memory_bytes",
] as const;

const GAUGES = [
  "ts_ingress_process_resident_memory_bytes",
  "ts_ingress_process_heap_bytes",
  "ts_ingress_process_start_time_seconds",
  "ts_ingress_process_open_fds",
  "ts_ingress_event_loop_delay_seconds",
  "ts_ingress_overload_refused_share",
  "ts_ingress_connections_idle",
  "ts_ingress_stream_clients",
  "ts_ingress_connections",
] as const;

function worst(registry: Registry, name: (typeof GAUGES)[number], labels: readonly string[], value: number): void {
  const { numbers } = registry.family(name).at(labels);
  numbers[0] = Math.max(numbers[0] as number, value);
}
