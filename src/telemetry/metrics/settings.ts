import type { Buckets } from "./definition.ts";

/** How requests are measured, as plain data: a worker is told it. */
export interface MeterSettings {
  readonly buckets: Buckets;
  /** Series of one metric that are kept apart; those beyond are counted under the labels "other". */
  readonly mostSeries: number;
  /** Also the metrics of ingress-nginx; null: our own alone. */
  readonly ingressNginx: {
    /** They have the label `host` (`--metrics-per-host`). */
    readonly perHost: boolean;
    /** With that: also for hosts that no Ingress names (`--metrics-per-undefined-host`). */
    readonly perUndefinedHost: boolean;
    /** `2xx` instead of `200` (`--report-status-classes`). */
    readonly statusClasses: boolean;
  } | null;
}
