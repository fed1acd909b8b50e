// Metrics of the gateway, of all its processes, in the text that Prometheus reads.
// In: what data planes measured, snapshots, diagnostics, changes of health. Out: the text of `/metrics`, in pieces.
// Never: a wait of a request for any of it; a counter that goes back since a worker is gone.
import type { HealthChange } from "../../data-plane/upstreams/health/ejection.ts";
import type { UpstreamStatus } from "../../data-plane/upstreams/upstream-status.ts";
import type { Measured } from "./data-meter.ts";
import { IDENTITY } from "./definition.ts";
import { countHealth, endpointGauges } from "./endpoint-gauges.ts";
import { exposition } from "./exposition.ts";
import { forgetIngresses } from "./forget-ingresses.ts";
import { MeasuredProcesses } from "./measured-processes.ts";
import { nginxProcessGauges, processGauges } from "./process-gauges.ts";
import { Registry } from "./registry.ts";
import type { MeterSettings } from "./settings.ts";
import { certificateGauges, diagnosticGauges, type Live, revisionNumber } from "./snapshot-gauges.ts";

export interface MetricsOptions {
  /** Sent to workers too. */
  readonly meter: MeterSettings;
  /** Who we are, to ingress-nginx's metrics: namespace, class and pod of the controller. */
  readonly identity: { readonly namespace: string; readonly className: string; readonly pod: string };
  readonly version: string;
  /** Lines of the access log that this process could not write, since the start. */
  readonly droppedLines?: () => number;
}

/** What is asked when the metrics are. */
export interface MetricsSources {
  /** Has every process that serves tell `measured` what it counted; resolves when they have, or are not to be waited for. */
  readonly measure: () => Promise<void>;
  readonly live: () => Live;
  readonly upstreams: () => readonly UpstreamStatus[] | Promise<readonly UpstreamStatus[]>;
  /** Null where this process serves by itself. */
  readonly workers: () => {
    readonly running: readonly { readonly process: number | null; readonly state: string }[];
    readonly started: number;
  } | null;
}

export class Metrics {
  /** Where others may add what they know: see ControllerMetrics. */
  readonly registry: Registry;
  readonly #options: MetricsOptions;
  readonly #sources: MetricsSources;
  readonly #processes: MeasuredProcesses;
  #published = { at: 0, since: 0, revision: "" };
  #refused = false;
  #dropped = 0;
  /** The revision for which series of Ingresses that are gone were forgotten. */
  #tidied = "";

  constructor(options: MetricsOptions, sources: MetricsSources) {
    this.#options = options;
    this.#sources = sources;
    this.registry = new Registry(options.meter);
    this.#processes = new MeasuredProcesses(this.registry, options.meter.ingressNginx !== null);
    this.registry.family("ts_ingress_build_info").set([options.version, process.version], 1);
    if (options.meter.ingressNginx === null) return;
    this.registry.family("nginx_ingress_controller_build_info").set([options.version, "", "ts-ingress"], 1);
    for (const name of ["success", "errors"] as const)
      this.registry.family(`nginx_ingress_controller_${name}`).set([], 0);
  }

  /** A snapshot went live. @param now milliseconds since 1970 */
  published(revision: string, now: number = Date.now()): void {
    if (revision === this.#published.revision) return;
    this.#published = { at: now / 1000, since: performance.now(), revision };
    this.#refused = false;
    this.registry.family("ts_ingress_snapshots_total").add([]);
    if (this.#options.meter.ingressNginx !== null) this.registry.family("nginx_ingress_controller_success").add([]);
  }

  /** An endpoint is left alone, or in use again. */
  health(change: HealthChange): void {
    countHealth(this.registry, change);
  }

  /** A process tells what it counted since the last time. @param worker its number, 0 for this process. @param pid the system's number */
  measured(worker: number, pid: number, measured: Measured): void {
    const refusals = this.#processes.measured(worker, pid, measured);
    if (refusals === 0) return;
    this.#refused = true;
    if (this.#options.meter.ingressNginx !== null)
      this.registry.family("nginx_ingress_controller_errors").add([], refusals);
  }

  /** The text of all metrics as they are now, in the format 0.0.4. */
  async *text(): AsyncGenerator<string, void> {
    await this.#look();
    const { namespace, className, pod } = this.#options.identity;
    const identity = Object.fromEntries(IDENTITY.map((name, i) => [name, [namespace, className, pod][i] as string]));
    yield* exposition(this.registry.families, identity);
  }

  close(): void {
    this.#processes.close();
  }

  async #look(): Promise<void> {
    const { registry } = this;
    const { identity, meter } = this.#options;
    const { ingressNginx } = meter;
    const { measure, live, upstreams, workers } = this.#sources;
    await measure();
    const { running = null, started = 0 } = workers() ?? {};
    if (running !== null) this.#tellWorkers(running, started);
    const facts = await this.#processes.facts();
    processGauges(registry, facts);
    if (ingressNginx !== null) nginxProcessGauges(registry, facts);
    endpointGauges(registry, await upstreams());
    const now = live();
    diagnosticGauges(registry, now.diagnostics, ingressNginx !== null);
    await certificateGauges(registry, now.snapshot, ingressNginx === null ? null : identity.className);
    this.#tellSnapshot();
    this.#tellDropped();
    if (this.#tidied !== now.snapshot.revision) forgetIngresses(registry, now.snapshot);
    this.#tidied = now.snapshot.revision;
    registry.countFolded();
  }

  #tellWorkers(running: readonly { readonly process: number | null; readonly state: string }[], started: number): void {
    this.#processes.measureOurselves(running.map(({ process }) => process));
    const states = this.registry.family("ts_ingress_workers");
    for (const state of ["starting", "serving", "retiring"])
      states.set([state], running.filter((worker) => worker.state === state).length);
    this.registry.family("ts_ingress_workers_started_total").set([], started);
  }

  #tellDropped(): void {
    const dropped = this.#options.droppedLines?.() ?? 0;
    this.registry.family("ts_ingress_log_lines_dropped_total").add([], dropped - this.#dropped);
    this.#dropped = dropped;
  }

  #tellSnapshot(): void {
    const { at, since, revision } = this.#published;
    if (revision === "") return;
    const info = this.registry.family("ts_ingress_snapshot_info");
    info.take();
    info.set([revision], 1);
    this.registry.family("ts_ingress_snapshot_applied_timestamp_seconds").set([], at);
    this.registry.family("ts_ingress_snapshot_age_seconds").set([], (performance.now() - since) / 1000);
    if (this.#options.meter.ingressNginx === null) return;
    const applied = this.#refused ? 0 : 1;
    this.registry.family("nginx_ingress_controller_config_last_reload_successful").set([], applied);
    this.registry.family("nginx_ingress_controller_config_last_reload_successful_timestamp_seconds").set([], at);
    this.registry.family("nginx_ingress_controller_config_hash").set([], revisionNumber(revision));
  }
}
