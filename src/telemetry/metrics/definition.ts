/** What the numbers of a histogram are measured in, and so which bounds it has. */
export type BucketKind = "time" | "length" | "size";

/** Upper bounds, ascending: `time` in seconds, the others in bytes. */
export type Buckets = Readonly<Record<BucketKind, readonly number[]>>;

/** Those of ingress-nginx: `--time-buckets`, `--length-buckets`, `--size-buckets`. */
export const DEFAULT_BUCKETS: Buckets = {
  time: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
  length: [10, 20, 30, 40, 50, 60, 70, 80, 90, 100],
  size: [10, 100, 1000, 10_000, 100_000, 1_000_000, 10_000_000],
};

/** A metric as Prometheus knows it. */
export interface MetricDefinition {
  readonly type: "counter" | "gauge" | "histogram";
  /** One sentence. */
  readonly help: string;
  /** Names of the labels that its series differ by. */
  readonly labels: readonly string[];
  /** Of a histogram. */
  readonly buckets?: BucketKind;
  /** Each series also says which controller it is from: see IDENTITY. */
  readonly identified?: true;
}

/** Metrics by name. */
export type Definitions = Readonly<Record<string, MetricDefinition>>;

/** The labels that ingress-nginx puts on its metrics to tell controllers from each other. */
export const IDENTITY = ["controller_namespace", "controller_class", "controller_pod"] as const;
