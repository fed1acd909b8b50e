import { execFileSync } from "node:child_process";
import { closeSync, openSync, readdirSync } from "node:fs";
import { onTestFinished } from "vitest";

/** Whether this process can lower how many files it may have open (util-linux). */
export function canLimitFiles(): boolean {
  try {
    setLimit(currentLimit());
    return true;
  } catch {
    return false;
  }
}

/** Takes all files that this process may open but `spare` of them, until the test is over. @returns gives one back, as long as there are any */
export function useUpFiles(spare: number): () => void {
  const before = currentLimit();
  const taken: number[] = [];
  onTestFinished(() => {
    for (const file of taken.splice(0)) closeSync(file);
    setLimit(before);
  });
  setLimit(String(readdirSync("/proc/self/fd").length + 40));
  for (;;) {
    try {
      taken.push(openSync("/dev/null", "r"));
    } catch {
      break;
    }
  }
  const giveBack = (): void => {
    const file = taken.pop();
    if (file !== undefined) closeSync(file);
  };
  for (let given = 0; given < spare; given++) giveBack();
  return giveBack;
}

function currentLimit(): string {
  return execFileSync("prlimit", ["--pid", String(process.pid), "--nofile", "--output=SOFT", "--noheadings"], {
    encoding: "utf8",
  }).trim();
}

function setLimit(soft: string): void {
  execFileSync("prlimit", ["--pid", String(process.pid), `--nofile=${soft}:`]);
}
