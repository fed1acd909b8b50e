import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { writeInto } from "../../bench/readme.ts";
import type { Surroundings } from "../../bench/surroundings.ts";
import { markdownTable } from "../../bench/table.ts";
import type { Figure } from "./figures.ts";

/** One that was measured, at one size. */
export interface Column {
  /** "10,000 Ingresses" */
  readonly title: string;
  readonly figures: readonly Figure[];
}

/** A run, complete: what is printed, and what is written, comes from here. */
export interface Report extends Surroundings {
  /** What was done to all that are measured, a sentence each. */
  readonly facts: readonly string[];
  readonly tables: readonly { readonly title: string; readonly columns: readonly Column[] }[];
}

const ROOT = path.join(import.meta.dirname, "../..");
const RESULTS = path.join(ROOT, "bench/results");
const MARKS = "scale table";

export function markdown({ date, node, kernel, cpu, facts, tables }: Report): string {
  const [day, time] = [date.slice(0, 10), date.slice(11, 16)];
  const lines = [`- ${day}, ${time} UTC. Node ${node}, ${kernel}, ${cpu}`, ...facts.map((fact) => `- ${fact}`)];
  return `${[...tables.map(({ title, columns }) => table(title, columns)), lines.join("\n")].join("\n\n")}\n`;
}

/** Lines that only some of the columns have stand where these have them. */
function table(title: string, columns: readonly Column[]): string {
  const rows: string[] = [];
  for (const { figures } of columns) {
    let after = -1;
    for (const { what } of figures) {
      if (!rows.includes(what)) rows.splice(after + 1, 0, what);
      after = rows.indexOf(what);
    }
  }
  const cell = ({ figures }: Column, row: string): string => figures.find(({ what }) => what === row)?.figure ?? "-";
  return markdownTable(
    [title, ...columns.map((one) => one.title)].map((one) => ({ title: one, align: "left" })),
    rows.map((row) => [row, ...columns.map((column) => cell(column, row))]),
  );
}

/** As Markdown and JSON. @param docs also between the marks of docs/scale.md */
export async function writeReport(report: Report, docs: boolean): Promise<void> {
  await mkdir(RESULTS, { recursive: true });
  await writeFile(path.join(RESULTS, "scale.md"), markdown(report));
  await writeFile(path.join(RESULTS, "scale.json"), `${JSON.stringify(report, null, 2)}\n`);
  if (docs) await writeInto(path.join(ROOT, "docs/scale.md"), markdown(report), MARKS);
}
