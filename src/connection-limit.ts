import { readFileSync } from "node:fs";
import { DEFAULT_LIMITS } from "./data-plane/limits.ts";

/** Each client may need an upstream connection too, and the rest of the process some files: so less than half of what may be open. */
const SHARE = 0.45;

/**
 * How many clients may be connected at a time: the default, or 45 % of the files this process may open where that is less. Beyond it the
 * system would refuse to accept, and the listener could only spin.
 *
 * @param limits what /proc/self/limits says; where there is no such file, the default holds
 */
export function connectionLimit(limits: string = readLimits()): number {
  const openFiles = /^Max open files\s+(\d+)/m.exec(limits)?.[1];
  const share = openFiles === undefined ? Infinity : Math.floor(Number(openFiles) * SHARE);
  return Math.max(1, Math.min(DEFAULT_LIMITS.connections, share));
}

function readLimits(): string {
  try {
    return readFileSync("/proc/self/limits", "utf8");
  } catch {
    return "";
  }
}
