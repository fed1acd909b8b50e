import type { TestBed } from "../test-bed.ts";
import type { LoadResult } from "./load.ts";
import { HEADERS, HOST } from "./request.ts";

/** HTTP/2 over TLS: 16 connections of 32 streams at a time. @param duration seconds */
export async function h2load(bed: TestBed, tlsPort: number, duration: number): Promise<LoadResult> {
  const headers = HEADERS.filter(([name]) => name !== "Host").flatMap(([name, value]) => ["-H", `${name}: ${value}`]);
  const settings = ["-t1", "-c16", "-m32", `-D${duration}`, "--warm-up-time=0"];
  const command = ["h2load", ...settings, ...headers, "-H", `:authority: ${HOST}`, `https://127.0.0.1:${tlsPort}/`];
  return parseH2load(await bed.run("load", "h2load", command), duration);
}

/** Reads the report of h2load. It has no percentiles: its mean stands for the median, and its longest for the 99th. @throws where it is not one */
export function parseH2load(text: string, seconds: number): LoadResult {
  const counts = /requests: \d+ total, \d+ started, \d+ done, (\d+) succeeded, (\d+) failed, (\d+) errored/u.exec(text);
  const times = /time for request: +\S+ +(\S+) +(\S+)/u.exec(text);
  const status = /status codes: (\d+) 2xx, (\d+) 3xx, (\d+) 4xx, (\d+) 5xx/u.exec(text);
  if (counts === null || status === null) throw new Error(`not a report of h2load: ${text}`);
  const bad = Number(status[3]) + Number(status[4]);
  // Streams that are under way when the time is over count as failed: one for each of the last.
  const failed = Math.max(0, Number(counts[2]) - 16 * 32);
  return {
    requests: Number(counts[1]),
    seconds,
    p50: milliseconds(times?.[2]),
    p99: milliseconds(times?.[1]),
    errors: bad + failed,
  };
}

function milliseconds(text = ""): number {
  const [, value = "0", unit = "ms"] = /^([\d.]+)([a-z]+)$/u.exec(text) ?? [];
  return Number(value) * (unit === "us" ? 0.001 : unit === "s" ? 1_000 : 1);
}
