import type { DataPlaneCounts } from "../../data-plane/data-plane.ts";
import type { Exchange } from "../../data-plane/exchange/exchange.ts";
import type { StreamRecord } from "../../data-plane/streams/stream-record.ts";
import { serviceOf } from "../upstream-name.ts";
import { ProcessMeter, type ProcessMeasures } from "./process-meter.ts";
import { type Counted, type MetricName, Registry } from "./registry.ts";
import { RequestMeter } from "./request-meter.ts";
import type { MeterSettings } from "./settings.ts";

/** What a meter looks at. */
export interface Metered {
  counts(): DataPlaneCounts;
  virtualHostFor(host: string): string | null;
}

/** What was measured in one process, as plain data: it may come from another one. */
export interface Measured {
  /** Since the last time. */
  readonly counted: Counted;
  /** Null before there is something to look at. */
  readonly now: DataPlaneCounts | null;
  readonly process: ProcessMeasures;
}

/** Measures one data plane, in the process it lives in. What it counted it hands over, and begins anew. */
export class DataMeter {
  readonly #registry: Registry;
  readonly #requests: RequestMeter;
  readonly #process = new ProcessMeter();
  readonly #told = new Map<string, number>();
  #metered: Metered | null = null;

  constructor(settings: MeterSettings) {
    this.#registry = new Registry(settings);
    this.#requests = new RequestMeter(this.#registry, settings, (host) => this.#metered?.virtualHostFor(host) ?? null);
  }

  /** From now on this is what is measured. */
  watch(metered: Metered): void {
    this.#metered = metered;
  }

  /** To be called once an exchange, when it is over. */
  readonly finished = (exchange: Exchange): void => this.#requests.finished(exchange);

  /** As `finished`, for a client of a TCP or UDP service. */
  readonly streamFinished = ({ service, fromClient, fromUpstream, failure }: StreamRecord): void => {
    const upstream = serviceOf(service.upstream);
    const whom = [service.protocol, String(service.port), upstream?.namespace ?? "", upstream?.service ?? ""];
    this.#registry.family("ts_ingress_stream_sessions_total").add([...whom, failure ?? ""]);
    const octets = this.#registry.family("ts_ingress_stream_bytes_total");
    octets.add([...whom, "in"], fromClient);
    octets.add([...whom, "out"], fromUpstream);
  };

  /** Runs `apply` and measures it. @throws what it throws, and counts that */
  applying(apply: () => void): void {
    const since = performance.now();
    try {
      apply();
    } catch (error) {
      this.#registry.family("ts_ingress_snapshot_refusals_total").add([]);
      throw error;
    }
    this.#registry.family("ts_ingress_snapshot_apply_duration_seconds").observe([], (performance.now() - since) / 1000);
  }

  /** @param droppedLines of the access log, since the start */
  take(droppedLines = 0): Measured {
    const now = this.#metered?.counts() ?? null;
    this.#total("ts_ingress_log_lines_dropped_total", [], droppedLines);
    if (now !== null) this.#connections(now);
    const counted = this.#registry.take();
    this.#requests.forget();
    return { counted, now, process: this.#process.take() };
  }

  close(): void {
    this.#process.close();
  }

  #connections({ connections }: DataPlaneCounts): void {
    for (const listener of ["http", "https"] as const)
      this.#total("ts_ingress_connections_accepted_total", [listener], connections.accepted[listener]);
    this.#total("ts_ingress_connections_turned_away_total", [], connections.turnedAway);
    for (const { listener, protocol, began } of connections.spoken)
      this.#total("ts_ingress_connections_total", [listener, protocol], began);
    const done: Record<string, number> = {};
    const failed: Record<string, number> = {};
    for (const handshakes of connections.tls) {
      sum(done, handshakes.done);
      sum(failed, handshakes.failed);
    }
    for (const [version, count] of Object.entries(done))
      this.#total("ts_ingress_tls_handshakes_total", [version], count);
    for (const [code, count] of Object.entries(failed))
      this.#total("ts_ingress_tls_handshake_failures_total", [code], count);
  }

  /** Counts what a number grew by since the last time. */
  #total(name: MetricName, labels: readonly string[], total: number): void {
    const key = [name, ...labels].join(" ");
    this.#registry.family(name).add(labels, total - (this.#told.get(key) ?? 0));
    this.#told.set(key, total);
  }
}

function sum(into: Record<string, number>, counts: Readonly<Record<string, number>>): void {
  for (const [key, count] of Object.entries(counts)) into[key] = (into[key] ?? 0) + count;
}
