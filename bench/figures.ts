import type { LoadResult } from "./load/load.ts";
import { median } from "./median.ts";

/** One round of one peer. */
export interface Round extends LoadResult {
  /** CPU seconds the proxy used meanwhile; null where this machine cannot tell. */
  readonly cpu: number | null;
}

/** What is said of a peer: medians over its rounds, each figure by itself. */
export interface Figures {
  /** Microseconds of CPU per request: the median, the least and the most. */
  readonly cpuPerRequest: { readonly median: number; readonly least: number; readonly most: number } | null;
  readonly requestsPerSecond: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
  /** Part of its core the proxy used, 0 to 1: near 1, the proxy set the pace; below, load generator or upstream did. */
  readonly busy: number | null;
  /** Sum over all rounds. */
  readonly errors: number;
}

/** @throws RangeError for no rounds. */
export function figuresOf(rounds: readonly Round[]): Figures {
  const of = (value: (round: Round) => number): number => median(rounds.map(value));
  const costs = rounds.flatMap(({ cpu, requests }) => (cpu === null ? [] : [(cpu / requests) * 1e6]));
  const shares = rounds.flatMap(({ cpu, seconds }) => (cpu === null ? [] : [cpu / seconds]));
  return {
    cpuPerRequest:
      costs.length === 0 ? null : { median: median(costs), least: Math.min(...costs), most: Math.max(...costs) },
    requestsPerSecond: of(({ requests, seconds }) => requests / seconds),
    p50: of(({ p50 }) => p50),
    p99: of(({ p99 }) => p99),
    busy: shares.length === 0 ? null : median(shares),
    errors: rounds.reduce((sum, { errors }) => sum + errors, 0),
  };
}

/** How many times the CPU of `baseline` a request of `figures` costs; null where either is unknown. */
export function cpuRatio(figures: Figures, baseline: Figures | undefined): number | null {
  if (figures.cpuPerRequest === null || !baseline?.cpuPerRequest) return null;
  return figures.cpuPerRequest.median / baseline.cpuPerRequest.median;
}
