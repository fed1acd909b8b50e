import type { Definitions } from "./definition.ts";
import { type Counts, Family } from "./family.ts";
import { type IngressNginxMetric, ingressNginxMetrics } from "./ingress-nginx-metrics.ts";
import { OWN_METRICS, type OwnMetric } from "./own-metrics.ts";
import type { MeterSettings } from "./settings.ts";

export type MetricName = OwnMetric | IngressNginxMetric;

/** What was counted in one process since the last time, as plain data. A metric of which nothing was is absent. */
export type Counted = Readonly<Record<string, Counts>>;

/** All metrics and their series, in one process. */
export class Registry {
  readonly #families = new Map<string, Family>();

  constructor({ buckets, mostSeries, ingressNginx }: MeterSettings) {
    const definitions: Definitions = {
      ...OWN_METRICS,
      ...(ingressNginx === null ? {} : ingressNginxMetrics(ingressNginx.perHost)),
    };
    for (const [name, definition] of Object.entries(definitions)) {
      const bounds = definition.buckets === undefined ? [] : buckets[definition.buckets];
      this.#families.set(name, new Family(name, definition, bounds, mostSeries));
    }
  }

  /** In the order in which they are shown. */
  get families(): readonly Family[] {
    return [...this.#families.values()];
  }

  /** Null for a metric of ingress-nginx where those are off. */
  find(name: MetricName): Family | null {
    return this.#families.get(name) ?? null;
  }

  /** @throws {Error} for a metric of ingress-nginx where those are off */
  family(name: MetricName): Family {
    const family = this.#families.get(name);
    if (family === undefined) throw new Error(`the metric ${name} is off`);
    return family;
  }

  /** Hands over what was counted, and begins anew. */
  take(): Counted {
    const counted: Record<string, Counts> = {};
    this.countFolded();
    for (const family of this.#families.values()) {
      const counts = family.take();
      if (counts.keys.length > 0) counted[family.name] = counts;
    }
    return counted;
  }

  /** Counts, as a metric too, how often there was no room for a series. */
  countFolded(): void {
    for (const family of this.#families.values()) {
      const { name, folded } = family;
      if (folded > 0) this.family("ts_ingress_metric_series_folded_total").add([name], folded);
      family.folded = 0;
    }
  }

  /** Adds what another registry handed over. */
  merge(counted: Counted): void {
    for (const [name, counts] of Object.entries(counted)) this.#families.get(name)?.merge(counts);
  }
}
