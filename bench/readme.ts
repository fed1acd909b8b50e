import { readFile, writeFile } from "node:fs/promises";

const BEGIN = "<!-- bench table: begin -->";
const END = "<!-- bench table: end -->";

/** Puts a report between the marks of a page. @throws where the page has none */
export function withReport(page: string, report: string): string {
  const from = page.indexOf(BEGIN);
  const to = page.indexOf(END);
  if (from < 0 || to < from) throw new Error(`the page has no ${BEGIN} with ${END} behind it`);
  return `${page.slice(0, from)}${BEGIN}\n\n${report.trim()}\n\n${page.slice(to)}`;
}

export async function writeReadme(file: string, report: string): Promise<void> {
  await writeFile(file, withReport(await readFile(file, "utf8"), report));
}
