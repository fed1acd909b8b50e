import type { FailureName } from "../../exchange/failure.ts";

/** Failures in a row that eject an endpoint. */
export const FAILURES_TO_EJECT = 5;

/** Milliseconds of the first ejection, and of the longest. */
const FIRST = 30_000;
const LONGEST = 300_000;

/** Milliseconds in use after which earlier ejections are forgotten. */
export const HEALTHY_TIME = 300_000;

/** Milliseconds that a probe may take until another request is let through; some never end, since their client left. */
export const PROBE_PATIENCE = 10_000;

/** What happened to the health of an endpoint, for a log. */
export type HealthChange =
  | {
      readonly kind: "ejected";
      readonly upstream: string;
      /** "10.0.0.7:8080" */
      readonly endpoint: string;
      /** Failures in a row, and the last of them. */
      readonly failures: number;
      readonly failure: FailureName;
      /** Milliseconds until a request may try it again. */
      readonly time: number;
    }
  | { readonly kind: "returned"; readonly upstream: string; readonly endpoint: string };

/** @param count which ejection in a row this is, from 1. @returns milliseconds: longer each time, to a bound */
export function ejectionTime(count: number): number {
  return Math.min(FIRST * count, LONGEST);
}

/** Whether one more endpoint may be ejected: half of them stay in use, and so does a single one, whatever they do. */
export function mayEject(ejected: number, all: number): boolean {
  return (ejected + 1) * 2 <= all;
}
