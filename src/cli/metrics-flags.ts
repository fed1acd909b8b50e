import { type Command, Option } from "commander";
import { podIdentity } from "../settings.ts";
import { type Buckets, DEFAULT_BUCKETS } from "../telemetry/metrics/definition.ts";
import type { MetricsOptions } from "../telemetry/metrics/metrics.ts";
import { parseBuckets, parseCount } from "./flag-values.ts";
import { packageVersion } from "./package-root.ts";
import { Problem } from "./problem.ts";
import { toggleFlag } from "./toggle-flag.ts";

/** Flags about `/metrics`; the names are those of ingress-nginx, where it has them. */
export interface MetricsFlags {
  readonly enableMetrics: boolean;
  readonly metricsCompat: "ingress-nginx" | "none";
  readonly metricsPerHost: boolean;
  readonly metricsPerUndefinedHost: boolean;
  readonly reportStatusClasses: boolean;
  readonly metricsMaxSeries: number;
  readonly timeBuckets: readonly number[];
  readonly lengthBuckets: readonly number[];
  readonly sizeBuckets: readonly number[];
}

/** Of one metric: ten thousand histograms are about 20 MB of text. */
const MOST_SERIES = 10_000;

/** @param compat whether the metrics of ingress-nginx are there too without being asked for */
export function addMetricsFlags(command: Command, compat: MetricsFlags["metricsCompat"]): Command {
  return command
    .addOption(toggleFlag("enable-metrics", "answer /metrics on the health port, and measure for it", true))
    .addOption(
      new Option("--metrics-compat <whose>", "besides our own metrics, those of ingress-nginx by their names")
        .choices(["ingress-nginx", "none"])
        .default(compat),
    )
    .addOption(toggleFlag("metrics-per-host", "the metrics of ingress-nginx have the label host", true))
    .addOption(
      toggleFlag("metrics-per-undefined-host", "they also count requests for hosts that no Ingress names", false),
    )
    .addOption(toggleFlag("report-status-classes", "they say 2xx instead of 200", false))
    .addOption(
      new Option("--metrics-max-series <number>", "series of one metric; those beyond are counted as one, called other")
        .argParser(parseCount)
        .default(MOST_SERIES),
    )
    .addOption(buckets("time", "of durations, in seconds"))
    .addOption(buckets("length", "of request_size and response_size, in bytes"))
    .addOption(buckets("size", "of bytes_sent, in bytes"));
}

/**
 * What the flags mean for the gateway; undefined where nothing is to be measured.
 * @param className the controller's, as ingress-nginx's metrics name it
 * @throws {Problem} where two flags contradict each other
 */
export function metricsOptions(
  flags: MetricsFlags,
  className: string,
  droppedLines: () => number,
): MetricsOptions | undefined {
  const { metricsPerHost: perHost, metricsPerUndefinedHost: perUndefinedHost } = flags;
  if (perUndefinedHost && !perHost) {
    throw new Problem(
      "--metrics-per-undefined-host is about a label that --metrics-per-host=false takes away",
      "Give one of the two.",
    );
  }
  if (!flags.enableMetrics) return undefined;
  return {
    meter: {
      buckets: { time: flags.timeBuckets, length: flags.lengthBuckets, size: flags.sizeBuckets },
      mostSeries: flags.metricsMaxSeries,
      ingressNginx:
        flags.metricsCompat === "none" ? null : { perHost, perUndefinedHost, statusClasses: flags.reportStatusClasses },
    },
    identity: { ...podIdentity(), className },
    version: packageVersion(),
    droppedLines,
  };
}

function buckets(kind: keyof Buckets, what: string): Option {
  return new Option(`--${kind}-buckets <bounds>`, `upper bounds ${what}, ascending, with commas between`)
    .argParser(parseBuckets)
    .default(DEFAULT_BUCKETS[kind], DEFAULT_BUCKETS[kind].join(","));
}
