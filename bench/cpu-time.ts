import { readdir, readFile } from "node:fs/promises";

/** The unit of times in /proc/PID/stat: USER_HZ, 100 a second on every architecture Node runs on (proc(5), time(7)). */
const TICKS_PER_SECOND = 100;

export interface ProcessTimes {
  readonly pid: number;
  readonly parent: number;
  /** User and system time of all threads, in seconds, in steps of 0.01. */
  readonly seconds: number;
}

/** Reads one /proc/PID/stat (proc(5)). The name in parentheses may itself hold spaces and parentheses. */
export function parseStat(text: string): ProcessTimes {
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  const ticks = Number(fields[11]) + Number(fields[12]);
  const times = { pid: Number.parseInt(text, 10), parent: Number(fields[1]), seconds: ticks / TICKS_PER_SECOND };
  if (Object.values(times).some(Number.isNaN)) throw new Error(`not a line of /proc/PID/stat: ${text}`);
  return times;
}

/** Seconds of CPU used by process `root` and all its descendants (nginx's workers) that are alive in `processes`. */
export function secondsOfTree(root: number, processes: readonly ProcessTimes[]): number {
  const own = processes.find((each) => each.pid === root)?.seconds ?? 0;
  const children = processes.filter((each) => each.parent === root);
  return children.reduce((sum, child) => sum + secondsOfTree(child.pid, processes), own);
}

/** A process and its descendants; itself alone where there is no /proc (not Linux). */
export async function processTree(root: number): Promise<number[]> {
  const processes = await allProcesses();
  const below = (pid: number): number[] => [
    pid,
    ...processes.filter(({ parent }) => parent === pid).flatMap((child) => below(child.pid)),
  ];
  return below(root);
}

/** Seconds of CPU used so far by a process and its descendants, or null where there is no /proc (not Linux). */
export async function cpuSeconds(root: number): Promise<number | null> {
  const processes = await allProcesses();
  return processes.length === 0 ? null : secondsOfTree(root, processes);
}

async function allProcesses(): Promise<ProcessTimes[]> {
  const names = await readdir("/proc").catch(() => []);
  // A process may end between the listing and the reading: it is not one of ours then.
  const texts = await Promise.all(
    names.filter((name) => /^\d+$/u.test(name)).map((name) => readFile(`/proc/${name}/stat`, "utf8").catch(() => null)),
  );
  return texts.filter((text) => text !== null).map(parseStat);
}
