import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";

/** Where a process runs: the proxy under measurement alone on one core, load generator and upstream together on another. */
export type Core = "proxy" | "load";

export interface Pinning {
  /** The command line that runs `command` on that core. */
  pin(core: Core, command: readonly string[]): readonly string[];
  /** For the report: "proxy on core 1, load and upstream on core 0", or why nothing is pinned. */
  readonly description: string;
}

/** Pins by `taskset` where it is there and this process may use two cores or more; else pins nothing and says so. */
export async function findPinning(): Promise<Pinning> {
  const unpinned = (why: string): Pinning => ({ pin: (_core, command) => command, description: `not pinned: ${why}` });
  const status = await readFile("/proc/self/status", "utf8").catch(() => "");
  const [load, proxy] = parseCores(/^Cpus_allowed_list:\s*(\S+)$/mu.exec(status)?.[1] ?? "");
  if (load === undefined || proxy === undefined) return unpinned("fewer than two cores to choose from");
  const cores: Record<Core, number> = { load, proxy };
  try {
    await promisify(execFile)("taskset", ["-c", String(proxy), "true"]);
  } catch {
    return unpinned("no working taskset on this machine");
  }
  return {
    pin: (core, command) => ["taskset", "-c", String(cores[core]), ...command],
    description: `proxy on core ${proxy}, load and upstream on core ${load}`,
  };
}

/** The cores of a list as the kernel writes it ("0-3,8"), in its order; [] for an empty one. */
export function parseCores(list: string): number[] {
  if (list === "") return [];
  return list.split(",").flatMap((part) => {
    const [first = 0, last = first] = part.split("-").map(Number);
    return Array.from({ length: last - first + 1 }, (_, index) => first + index);
  });
}
