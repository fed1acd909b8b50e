import { availableParallelism, totalmem } from "node:os";
import { memoryLimit } from "../memory-limit.ts";

/** Bytes that a worker needs before it serves anything. */
const WORKER_BYTES = 65e6;
/** The share of a process's memory that JavaScript may fill; the rest is for buffers, TLS and Node itself. */
const HEAP_SHARE = 0.75;

/** A worker for each processor, as long as there is memory to start them; at least one. @param limit bytes */
export function defaultWorkers(limit: number = memoryLimit(), processors: number = availableParallelism()): number {
  // The primary is one more process.
  return Math.max(1, Math.min(processors, Math.floor(limit / WORKER_BYTES) - 1));
}

/**
 * Megabytes of JavaScript memory for each of `count` workers, so that they and the primary fit; null for Node's own choice, where nothing
 * limits us. (Each by itself would take the limit for its own.)
 * @param limit bytes
 */
export function workerHeap(count: number, limit: number = memoryLimit(), all: number = totalmem()): number | null {
  return limit >= all ? null : Math.max(32, Math.floor((limit / (count + 1) / 1e6) * HEAP_SHARE));
}
