import { type Memory } from "./process-memory.ts";

/** One line of the report: as it is read, and the same as numbers. */
export interface Figure {
  readonly what: string;
  readonly figure: string;
  readonly values?: unknown;
}

type Said = Omit<Figure, "what">;

/** Of figures in milliseconds: "84 / 120 / 131 ms", the half of them, 99 of 100, all of them at most. */
export function percentiles(times: readonly number[]): Said {
  if (times.length === 0) return { figure: "none" };
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  const values = { half: at(0.5), most99: at(0.99), most: at(1), count: times.length };
  return { figure: `${[values.half, values.most99, values.most].map(round).join(" / ")} ms`, values };
}

function round(value: number): string {
  return value < 10 ? value.toFixed(1) : value.toFixed(0);
}

/** "477, 203, 212 MiB" */
export function mebibytes(...values: readonly number[]): Said {
  return { figure: `${values.map((value) => value.toFixed(0)).join(", ")} MiB`, values };
}

export function memoryOf(processes: readonly Memory[]): Said {
  return mebibytes(...processes.map(({ pss }) => pss));
}

/** @param milliseconds "4.9 s", "8 min 20 s" */
export function seconds(milliseconds: number): Said {
  return { figure: duration(milliseconds), values: milliseconds / 1000 };
}

export function duration(milliseconds: number): string {
  const all = milliseconds / 1000;
  if (all < 100) return `${all.toFixed(1)} s`;
  return `${Math.floor(all / 60)} min ${Math.floor(all % 60)} s`;
}

/** "63 %, 32 %, 27 %" of one processor each. @param used seconds of one @param of seconds that passed */
export function shares(used: readonly number[], of: number): Said {
  return {
    figure: used.map((one) => `${((100 * one) / of).toFixed(0)} %`).join(", "),
    values: used.map((one) => one / of),
  };
}

/** "0 of 12,981", and why where there is a reason. */
export function failedOf(failed: number, all: number, problem: string | null = null): Said {
  return {
    figure: `${count(failed)}${problem === null ? "" : ` (${problem})`} of ${count(all)}`,
    values: { failed, all },
  };
}

/** "12,981" */
export function count(value: number): string {
  return value.toLocaleString("en");
}
