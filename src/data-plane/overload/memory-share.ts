import { getHeapStatistics } from "node:v8";

/**
 * How much of the memory this process may use is used: of the limit for all of it, beyond which the kernel ends it, or of what V8 allows
 * its heap, beyond which V8 does, whichever is nearer.
 * @param limit bytes; Infinity for none
 * @returns 1 for all of it
 */
export function memoryShare(limit: number): number {
  const { used_heap_size: heap, heap_size_limit: heapLimit } = getHeapStatistics();
  return Math.max(process.memoryUsage.rss() / limit, heap / heapLimit);
}
