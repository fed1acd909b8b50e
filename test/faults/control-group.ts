import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";

const ROOT = "/sys/fs/cgroup";
/** Version 2 has one tree for all of them. */
const UNIFIED = existsSync(path.join(ROOT, "cgroup.controllers"));
/** Microseconds. */
const PERIOD = 100_000;

let made = 0;

async function removed(folder: string): Promise<void> {
  for (let tries = 0; existsSync(folder); tries += 1) {
    try {
      rmdirSync(folder);
    } catch (error) {
      if (tries === 100) throw error;
      await delay(100);
    }
  }
}

/** Whether this process may limit others. */
export function canLimit(): boolean {
  try {
    void new ControlGroup({ processors: 1 }).close();
    return true;
  } catch {
    return false;
  }
}

export interface GroupLimits {
  /** How much processor all of it may use: 0.2 is a fifth of one. */
  readonly processors?: number;
  /** Bytes. */
  readonly memory?: number;
}

/** Processes that share a limit, as those of a container do. Needs root. */
export class ControlGroup {
  readonly #folders: readonly string[];

  constructor({ processors, memory }: GroupLimits) {
    made += 1;
    const name = `faults-${process.pid}-${made}`;
    const folders: string[] = [];
    const group = (controller: string): string => {
      const folder = path.join(ROOT, UNIFIED ? "" : controller, name);
      mkdirSync(folder, { recursive: true });
      folders.push(folder);
      return folder;
    };
    if (processors !== undefined) {
      const quota = String(Math.round(processors * PERIOD));
      const folder = group("cpu");
      if (UNIFIED) writeFileSync(`${folder}/cpu.max`, `${quota} ${PERIOD}`);
      else writeFileSync(`${folder}/cpu.cfs_quota_us`, quota);
    }
    if (memory !== undefined)
      writeFileSync(`${group("memory")}/${UNIFIED ? "memory.max" : "memory.limit_in_bytes"}`, String(memory));
    this.#folders = folders;
  }

  /** What a command has to begin with to be one of it. */
  get inside(): readonly string[] {
    const join = this.#folders.map((folder) => `echo $$ > ${folder}/cgroup.procs`).join("; ");
    return ["sh", "-c", `${join}; exec "$@"`, "sh"];
  }

  /** How often the kernel has ended one of it for want of memory. */
  get killed(): number {
    const file = this.#folders
      .map((folder) => `${folder}/${UNIFIED ? "memory.events" : "memory.oom_control"}`)
      .find((one) => existsSync(one));
    return file === undefined ? 0 : Number(/^oom_kill (\d+)/m.exec(readFileSync(file, "utf8"))?.[1] ?? 0);
  }

  /** Bytes of memory that all of it uses, as the kernel counts it. */
  get memory(): number {
    const [folder = ""] = this.#folders;
    return Number(readFileSync(`${folder}/${UNIFIED ? "memory.current" : "memory.usage_in_bytes"}`, "utf8"));
  }

  async close(): Promise<void> {
    // Processes that have ended are theirs until somebody has waited for them.
    for (const folder of this.#folders) await removed(folder);
  }
}
