import { readFileSync } from "node:fs";
import path from "node:path";

/** The folder of package.json: two levels up, from the sources and from the built files alike. */
export function packageRoot(): string {
  return path.join(import.meta.dirname, "..", "..");
}

export function packageVersion(): string {
  const text = readFileSync(path.join(packageRoot(), "package.json"), "utf8");
  return (JSON.parse(text) as { version: string }).version;
}
