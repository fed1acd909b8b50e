import { cpus, release, type } from "node:os";

/** Where and when a run was made: figures of two machines, or of two hours on a shared one, do not compare. */
export interface Surroundings {
  /** ISO 8601, UTC. */
  readonly date: string;
  readonly node: string;
  readonly kernel: string;
  readonly cpu: string;
}

export function readSurroundings(now: Date): Surroundings {
  const all = cpus();
  return {
    date: now.toISOString(),
    node: process.version,
    kernel: `${type()} ${release()}`,
    cpu: `${all.length} × ${all[0]?.model.trim() ?? "unknown"}`,
  };
}
