import { readdirSync, readFileSync } from "node:fs";

export interface Memory {
  readonly pid: number;
  /** MiB: what it has in memory of its own and its share of what it shares with others; the most it ever had in memory. */
  readonly pss: number;
  readonly peak: number;
  /** Seconds of a processor since it started. */
  readonly processor: number;
}

/** A process and all below it, itself first. Those that ended meanwhile are left out. */
export function memoryOfTree(root: number): Memory[] {
  return treeOf(root).flatMap(memoryOf);
}

/** Programs that a process has started, with those they have started, and the seconds of a processor they used. */
export function programsBelow(root: number): { readonly name: string; readonly processor: number }[] {
  return treeOf(root)
    .slice(1)
    .flatMap((pid) => {
      try {
        const name = readFileSync(`/proc/${pid}/comm`, "utf8").trim();
        return [{ name, processor: processorTime(pid) }];
      } catch {
        return [];
      }
    });
}

function treeOf(root: number): number[] {
  const parents = new Map<number, number>();
  for (const entry of readdirSync("/proc")) {
    if (/^\d+$/.test(entry)) parents.set(Number(entry), parentOf(Number(entry)));
  }
  const tree = [root];
  for (const pid of tree) for (const [child, parent] of parents) if (parent === pid) tree.push(child);
  return tree;
}

function parentOf(pid: number): number {
  return field(`/proc/${pid}/status`, "PPid");
}

function memoryOf(pid: number): Memory[] {
  const pss = field(`/proc/${pid}/smaps_rollup`, "Pss") / 1024;
  const peak = field(`/proc/${pid}/status`, "VmHWM") / 1024;
  return Number.isNaN(pss) || Number.isNaN(peak) ? [] : [{ pid, pss, peak, processor: processorTime(pid) }];
}

/** Of proc(5), stat: utime and stime, counted from behind the name. In hundredths of a second. */
function processorTime(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
    .replace(/^.*\) /s, "")
    .split(" ");
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

function field(file: string, name: string): number {
  try {
    return Number(new RegExp(`^${name}:\\s+(\\d+)`, "m").exec(readFileSync(file, "utf8"))?.[1]);
  } catch {
    return NaN;
  }
}

export function totalOf(processes: readonly Memory[]): number {
  return processes.reduce((sum, { pss }) => sum + pss, 0);
}
