import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import type { Load, LoadResult } from "./load.ts";
import { HEADERS, PATH } from "./request.ts";

const require = createRequire(import.meta.url);

/** Slower than wrk, and with latencies in whole milliseconds: for machines without wrk. */
export const autocannon: Load = {
  name: "autocannon",
  async version() {
    try {
      const manifest = await readFile(require.resolve("autocannon/package.json"), "utf8");
      return (JSON.parse(manifest) as { version: string }).version;
    } catch {
      return null;
    }
  },
  async run(bed, { port, connections, duration }) {
    const script = path.join(path.dirname(require.resolve("autocannon/package.json")), "autocannon.js");
    const headers = HEADERS.flatMap(([name, value]) => ["-H", `${name}=${value}`]);
    const settings = ["--json", "--no-progress", "-c", String(connections), "-d", String(duration)];
    const url = `http://127.0.0.1:${port}${PATH}`;
    return parseAutocannon(
      await bed.run("load", "autocannon", [process.execPath, script, ...settings, ...headers, url]),
    );
  },
};

/** Reads what `autocannon --json` prints. @throws where it is something else. */
export function parseAutocannon(text: string): LoadResult {
  const report = JSON.parse(text) as Record<string, unknown>;
  const requests = number(report, "requests", "total");
  return {
    requests,
    seconds: number(report, "duration"),
    p50: number(report, "latency", "p50"),
    p99: number(report, "latency", "p99"),
    // `errors` counts the timeouts too; a reset is a connection that closed before its answer.
    errors: number(report, "errors") + number(report, "resets") + number(report, "non2xx"),
  };
}

function number(report: Record<string, unknown>, ...keys: readonly string[]): number {
  const value = keys.reduce<unknown>((part, key) => (part as Record<string, unknown> | undefined)?.[key], report);
  if (typeof value !== "number") throw new Error(`no number ${keys.join(".")} in autocannon's report`);
  return value;
}
