import type { TestBed } from "../test-bed.ts";
import type { Load, LoadResult } from "./load.ts";
import { HEADERS, PATH } from "./request.ts";

export const wrk: Load = {
  name: "wrk",
  async version(bed: TestBed) {
    // It prints its version with its usage, and ends with 1 after it.
    const text = await bed.run("load", "wrk", ["sh", "-c", "wrk --version 2>&1 || true"]);
    return parseWrkVersion(text);
  },
  async run(bed, { port, connections, duration, tls = false, path = PATH, script }) {
    const headers = HEADERS.flatMap(([name, value]) => ["-H", `${name}: ${value}`]);
    const lua = script === undefined ? [] : ["-s", await bed.file("load.lua", script)];
    const settings = ["-t1", `-c${connections}`, `-d${duration}s`, "--latency", ...lua];
    const url = `${tls ? "https" : "http"}://127.0.0.1:${port}${path}`;
    return parseWrk(await bed.run("load", "wrk", ["wrk", ...settings, ...headers, url]));
  },
};

/** "4.1.0" of "wrk debian/4.1.0-3+b2 [epoll] Copyright …", or null where it is something else. */
export function parseWrkVersion(text: string): string | null {
  return /^wrk (?:\S*\/)?(\d\S*) \[/mu.exec(text)?.[1] ?? null;
}

/** Reads the report that wrk 4 prints with `--latency`. @throws where it is not one. */
export function parseWrk(text: string): LoadResult {
  const total = find(text, /^ *(\d+) requests in (\S+),/mu);
  // These two lines are only there when there is something to tell.
  const sockets = /Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)/u.exec(text)?.slice(1) ?? [];
  const status = /Non-2xx or 3xx responses: (\d+)/u.exec(text)?.slice(1) ?? [];
  return {
    requests: Number(total[1]),
    seconds: milliseconds(total[2]) / 1_000,
    p50: milliseconds(find(text, /^ *50% +(\S+) *$/mu)[1]),
    p99: milliseconds(find(text, /^ *99% +(\S+) *$/mu)[1]),
    errors: [...sockets, ...status].reduce((sum, count) => sum + Number(count), 0),
  };
}

function find(text: string, pattern: RegExp): RegExpExecArray {
  const found = pattern.exec(text);
  if (found === null) throw new Error(`not a report of wrk --latency: ${text}`);
  return found;
}

const MILLISECONDS: Readonly<Record<string, number>> = { us: 0.001, ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

/** "635.91us", "1.20ms", "4.10s", "1.00m" as wrk writes them. */
function milliseconds(text = ""): number {
  const [, value, unit = ""] = /^([\d.]+)([a-z]+)$/u.exec(text) ?? [];
  const factor = MILLISECONDS[unit];
  if (factor === undefined) throw new Error(`not a time of wrk: ${text}`);
  return Number(value) * factor;
}
