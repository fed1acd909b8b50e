import type { Measured } from "./data-meter.ts";
import { type ProcessFiles, processFiles } from "./process-files.ts";
import type { ProcessFacts } from "./process-gauges.ts";
import { ProcessMeter } from "./process-meter.ts";
import type { MetricName, Registry } from "./registry.ts";

/** What is known of our processes. What they counted is added up, so that it stays when one of them is gone. */
export class MeasuredProcesses {
  readonly #registry: Registry;
  readonly #ingressNginx: boolean;
  /** By the system's number. */
  readonly #known = new Map<number, Omit<ProcessFacts, "files">>();
  readonly #files = new Map<number, ProcessFiles>();
  /** Of this process, where others serve. */
  #own: ProcessMeter | null = null;

  constructor(registry: Registry, ingressNginx: boolean) {
    this.#registry = registry;
    this.#ingressNginx = ingressNginx;
  }

  /**
   * A process tells what it counted since the last time.
   * @param worker its number, 0 for this process
   * @returns how many snapshots it refused
   */
  measured(worker: number, pid: number, { counted, now, process: measures }: Measured): number {
    const name = worker === 0 ? "primary" : `worker-${worker}`;
    this.#registry.merge(counted);
    this.#known.set(pid, { name, measures, counts: now });
    this.#spent(name, measures.cpu);
    const sum = (metric: MetricName): number => {
      const counts = counted[metric];
      return counts === undefined ? 0 : this.#registry.family(metric).total(counts);
    };
    const refusals = sum("ts_ingress_snapshot_refusals_total");
    if (!this.#ingressNginx) return refusals;
    const accepted = sum("ts_ingress_connections_accepted_total");
    const connections = this.#registry.family("nginx_ingress_controller_nginx_process_connections_total");
    connections.add(["accepted"], accepted);
    connections.add(["handled"], accepted - sum("ts_ingress_connections_turned_away_total"));
    const requests = this.#registry.family("nginx_ingress_controller_nginx_process_requests_total");
    requests.add([], sum("ts_ingress_requests_total"));
    return refusals;
  }

  /** With workers this process does not serve. @param living the workers there are: others are not shown any more */
  measureOurselves(living: readonly (number | null)[]): void {
    for (const pid of this.#known.keys()) if (!living.includes(pid)) this.#known.delete(pid);
    for (const pid of this.#files.keys()) if (!living.includes(pid) && pid !== process.pid) this.#files.delete(pid);
    this.#own ??= new ProcessMeter();
    const measures = this.#own.take();
    this.#spent("primary", measures.cpu);
    this.#known.set(process.pid, { name: "primary", measures, counts: null });
  }

  async facts(): Promise<ProcessFacts[]> {
    return await Promise.all(
      [...this.#known].map(async ([pid, known]) => {
        const files = await processFiles(pid);
        if (files !== null) this.#moved(pid, files);
        return { ...known, files };
      }),
    );
  }

  close(): void {
    this.#own?.close();
  }

  #moved(pid: number, files: ProcessFiles): void {
    const before = this.#files.get(pid);
    this.#files.set(pid, files);
    if (!this.#ingressNginx) return;
    for (const [what, key] of [
      ["read", "readBytes"],
      ["write", "writtenBytes"],
    ] as const) {
      const family = this.#registry.family(`nginx_ingress_controller_nginx_process_${what}_bytes_total`);
      family.add([], Math.max(0, files[key] - (before?.[key] ?? 0)));
    }
  }

  #spent(name: string, cpu: number): void {
    this.#registry.family("ts_ingress_process_cpu_seconds_total").add([name], cpu);
    if (!this.#ingressNginx) return;
    this.#registry.family("nginx_ingress_controller_nginx_process_cpu_seconds_total").add([], cpu);
  }
}
