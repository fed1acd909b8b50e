import { format, resolveConfig } from "prettier";
import { accessLogPage } from "./access-log-page.ts";
import { annotationsPage } from "./annotations-page.ts";
import { commandLinePage } from "./command-line-page.ts";
import { configMapPage } from "./configmap-page.ts";
import { diagnosticsPage } from "./diagnostics-page.ts";
import { failuresPage } from "./failures-page.ts";
import { limitsPage } from "./limits-page.ts";
import { metricsPage } from "./metrics-page.ts";

/** Every generated page: its file name in docs/ and its text, formatted as the repository wants it. */
export async function pages(): Promise<ReadonlyMap<string, string>> {
  const made: Readonly<Record<string, string>> = {
    "access-log.md": accessLogPage(),
    "annotations.md": annotationsPage(),
    "cli.md": commandLinePage(),
    "configmap.md": configMapPage(),
    "diagnostics.md": diagnosticsPage(),
    "failures.md": failuresPage(),
    "limits.md": await limitsPage(),
    "metrics.md": metricsPage(),
  };
  const style = await resolveConfig(import.meta.filename);
  const formatted = Object.entries(made).map(async ([name, text]): Promise<[string, string]> => {
    return [name, await format(`${GENERATED}\n\n${text}`, { ...style, parser: "markdown", proseWrap: "always" })];
  });
  return new Map(await Promise.all(formatted));
}

const GENERATED = "<!-- Made by `npm run docs` from the code. Do not edit: change the code and run it again. -->";
