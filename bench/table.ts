export type Alignment = "left" | "right";

export interface Column {
  readonly title: string;
  readonly align: Alignment;
}

/** A Markdown table, padded so that it reads as well in a terminal. */
export function markdownTable(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const widths = columns.map(({ title }, index) =>
    Math.max(3, title.length, ...rows.map((row) => row[index]?.length ?? 0)),
  );
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  const padded = (row: readonly string[]): string =>
    line(columns.map(({ align }, index) => pad(row[index] ?? "", widths[index] ?? 0, align)));
  const rule = columns.map(({ align }, index) => {
    const dashes = "-".repeat((widths[index] ?? 0) - 1);
    return align === "left" ? `${dashes}-` : `${dashes}:`;
  });
  return [padded(columns.map(({ title }) => title)), line(rule), ...rows.map(padded)].join("\n");
}

function pad(text: string, width: number, align: Alignment): string {
  return align === "left" ? text.padEnd(width) : text.padStart(width);
}
