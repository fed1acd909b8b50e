/** One line of the report. */
export interface Figure {
  readonly what: string;
  readonly figure: string;
}

/** Of figures in milliseconds: "84 / 120 / 131 ms", the half of them, 99 of 100, all of them at most. */
export function percentiles(times: readonly number[]): string {
  if (times.length === 0) return "none";
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number): string =>
    round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0);
  return `${at(0.5)} / ${at(0.99)} / ${at(1)} ms`;
}

function round(value: number): string {
  return value < 10 ? value.toFixed(1) : value.toFixed(0);
}

export function mebibytes(value: number): string {
  return `${value.toFixed(0)} MiB`;
}

export function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}

/** Rows of a table in Markdown. */
export function show(title: string, figures: readonly Figure[]): void {
  console.log(`\n| ${title} | |\n| --- | --- |`);
  for (const { what, figure } of figures) console.log(`| ${what} | ${figure} |`);
}
