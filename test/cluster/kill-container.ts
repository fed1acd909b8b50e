import type { ChildProcess } from "node:child_process";
import { readFileSync } from "node:fs";

/** Ends a process and those it started, all at once: as the kernel ends a container whose first process is killed. */
export function killContainer(first: ChildProcess | null): void {
  const pid = first?.pid;
  if (pid === undefined || first?.exitCode !== null || first.signalCode !== null) return;
  const others = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ").filter(Boolean);
  first.kill("SIGKILL");
  for (const one of others) {
    try {
      process.kill(Number(one), "SIGKILL");
    } catch {
      // It has ended by itself.
    }
  }
}
