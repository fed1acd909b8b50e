import { readFile, writeFile } from "node:fs/promises";

/** Puts a report between the marks of a page. @param name of the marks @throws where the page has none */
export function withReport(page: string, report: string, name: string): string {
  const [begin, end] = [`<!-- ${name}: begin -->`, `<!-- ${name}: end -->`];
  const from = page.indexOf(begin);
  const to = page.indexOf(end);
  if (from < 0 || to < from) throw new Error(`the page has no ${begin} with ${end} behind it`);
  return `${page.slice(0, from)}${begin}\n\n${report.trim()}\n\n${page.slice(to)}`;
}

export async function writeInto(file: string, report: string, name: string): Promise<void> {
  await writeFile(file, withReport(await readFile(file, "utf8"), report, name));
}
