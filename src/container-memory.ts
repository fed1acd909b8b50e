import { closeSync, openSync, readFileSync, readSync } from "node:fs";
import { totalmem } from "node:os";
import { memoryLimit } from "./memory-limit.ts";

/** Of a folder with the files of a control group. */
const STATISTICS = "memory.stat";
const ROOT = "/sys/fs/cgroup";
const LARGEST = 16 * 1024;

/**
 * How much is used of the memory that this process shares with others: of the limit of their control group, beyond which the kernel ends one of
 * them. What each has resident says little about it: pages of the program, 60 MB, are counted with every process and are there once, and what
 * the kernel keeps for sockets is counted with none.
 */
export class ContainerMemory {
  readonly #file: number;
  readonly #buffer = Buffer.alloc(LARGEST);

  /** @returns null where nothing limits us, or nothing tells what is used */
  static open(): ContainerMemory | null {
    if (memoryLimit() === totalmem()) return null;
    for (const folder of foldersOf(readOrEmpty("/proc/self/cgroup"))) {
      try {
        return new ContainerMemory(openSync(`${folder}/${STATISTICS}`, "r"));
      } catch {
        // Where the container sees only its own part of the tree, the path is the one outside.
      }
    }
    return null;
  }

  /** @param file descriptor of the group's statistics, as one that may open no files is handed it */
  constructor(file: number) {
    this.#file = file;
  }

  get file(): number {
    return this.#file;
  }

  /**
   * @param limit bytes; asked for anew each time, since the limit of a pod can be changed while it runs
   * @param available what is left of it
   * @returns 1 for all that may be used
   */
  share(limit: number = process.constrainedMemory(), available: number = process.availableMemory()): number {
    return Math.max(0, limit - available - this.#reclaimable()) / limit;
  }

  close(): void {
    closeSync(this.#file);
  }

  /** Bytes that the kernel takes back when somebody needs them. */
  #reclaimable(): number {
    try {
      return reclaimable(this.#buffer.toString("latin1", 0, readSync(this.#file, this.#buffer, 0, LARGEST, 0)));
    } catch {
      return 0;
    }
  }
}

/**
 * @param statistics of a control group, of version 1 or 2
 * @returns bytes of files that were read or written, but for those of a program that runs, and of what the kernel remembers of names
 */
export function reclaimable(statistics: string): number {
  // With those below it; version 1 tells both.
  const bytes = (name: string): number =>
    Number(
      (new RegExp(`^total_${name} (\\d+)$`, "m").exec(statistics) ??
        new RegExp(`^${name} (\\d+)$`, "m").exec(statistics))?.[1] ?? 0,
    );
  const mapped = bytes("file_mapped") + bytes("mapped_file");
  return Math.max(0, bytes("active_file") + bytes("inactive_file") - mapped) + bytes("slab_reclaimable");
}

/** @param groups /proc/self/cgroup @returns where the files of our group may be, best first */
export function foldersOf(groups: string): string[] {
  const first = /^\d+:(?:[^:]*,)?memory(?:,[^:]*)?:(.*)$/m.exec(groups)?.[1];
  if (first !== undefined) return [`${ROOT}/memory${first}`, `${ROOT}/memory`];
  const second = /^0::(.*)$/m.exec(groups)?.[1];
  return second === undefined ? [] : [`${ROOT}${second}`, ROOT];
}

function readOrEmpty(file: string): string {
  try {
    return readFileSync(file, "latin1");
  } catch {
    return "";
  }
}
