/** A Markdown table; prettier aligns it. A bar in a cell would end the cell. */
export function table(titles: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(titles), line(titles.map(() => "---")), ...rows.map(line)].join("\n");
}

export function code(text: string): string {
  return `\`${text}\``;
}

/** 3 s, 500 ms, 1 h: what is shortest without loss. */
export function duration(milliseconds: number): string {
  for (const [unit, size] of UNITS) if (milliseconds % size === 0) return `${milliseconds / size} ${unit}`;
  return `${milliseconds} ms`;
}

const UNITS = [
  ["h", 3_600_000],
  ["s", 1000],
] as const;
