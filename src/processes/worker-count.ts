import { availableParallelism, totalmem } from "node:os";
import { memoryLimit } from "../memory-limit.ts";

/** Bytes for a worker that serves: it begins with 70 MB, and has connections, contexts of TLS and bodies under way. */
const WORKER_BYTES = 128e6;
/** Bytes for the primary: it begins with 120 MB, and knows every object of the cluster. */
const PRIMARY_BYTES = 192e6;
/** The share of a process's memory that JavaScript may fill; the rest is for buffers, TLS and Node itself. */
const HEAP_SHARE = 0.75;

/** How many processes serve, and why so many: a sentence for the operator. */
export interface WorkerChoice {
  readonly count: number;
  readonly why: string;
}

/**
 * A worker for each processor, as far as memory goes; at least one, which is then this process itself.
 * @param limit bytes. @param processors those that we may use: by affinity, and whole ones of the control group's quota
 */
export function chooseWorkers(
  limit: number = memoryLimit(),
  processors: number = availableParallelism(),
): WorkerChoice {
  const fitting = Math.max(1, Math.floor((limit - PRIMARY_BYTES) / WORKER_BYTES));
  const memory = `${Math.round(limit / 1e6)} MB of memory`;
  if (fitting >= processors) {
    return { count: processors, why: `one for each processor that we may use; ${memory} would do for ${fitting}` };
  }
  const others = fitting === 1 ? "no more than one" : `${fitting}, and a process that follows the cluster`;
  return { count: fitting, why: `${memory} are enough for ${others}; we may use ${processors} processors` };
}

/**
 * Megabytes of JavaScript memory for each of `count` workers, so that they and the primary fit; null for Node's own choice, where nothing
 * limits us. (Each by itself would take the limit for its own.)
 * @param limit bytes
 */
export function workerHeap(count: number, limit: number = memoryLimit(), all: number = totalmem()): number | null {
  return limit >= all ? null : Math.max(32, Math.floor((limit / (count + 1) / 1e6) * HEAP_SHARE));
}
