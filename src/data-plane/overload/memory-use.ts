import { getHeapSpaceStatistics, getHeapStatistics } from "node:v8";

/** How much of memory is used: 1 for all that may be. */
export interface MemoryUse {
  /** Of what runs out first: beyond it the kernel ends this process or another of the container, or V8 ends this one. */
  readonly share: number;
  /** Of this process's own part: beyond it, it is this one that takes too much. */
  readonly own: number;
}

/**
 * @param limit bytes that may be resident here; Infinity for none
 * @param container the share of what is shared with other processes; null where nothing tells, and the limit alone counts
 */
export function memoryUse(limit: number, container: number | null): MemoryUse {
  const old = oldObjects() / OLD_LIMIT;
  const own = Math.max(process.memoryUsage.rss() / limit, old);
  return { share: container === null ? own : Math.max(container, old), own };
}

/** Bytes, with those that nobody needs any more and V8 has not collected. */
function oldObjects(): number {
  let used = 0;
  for (const { space_name: space, space_used_size: size } of getHeapSpaceStatistics())
    if (!YOUNG.has(space)) used += size;
  return used;
}

const YOUNG: ReadonlySet<string> = new Set(["new_space", "new_large_object_space"]);

/**
 * V8's limit has room for young objects in it, three semi-spaces, which old ones never get: a heap is full long before its limit is reached.
 * And of the rest V8 wants a part free, or it ends the process because collecting takes too long.
 */
const OLD_LIMIT = 0.9 * (getHeapStatistics().heap_size_limit - 3 * semiSpace(process.execArgv));

/** @returns bytes of a semi-space at most: 64 MiB on 64-bit systems, unless a flag says otherwise */
function semiSpace(flags: readonly string[]): number {
  const told = flags.findLast((flag) => flag.startsWith("--max-semi-space-size="))?.split("=")[1];
  return (told === undefined ? 64 : Number(told)) * 2 ** 20;
}
