import { getHeapSpaceStatistics, getHeapStatistics } from "node:v8";

/**
 * How much of the memory this process may use is used: of the limit for all of it, beyond which the kernel ends it, or of what V8 allows
 * objects that have grown old, beyond which V8 does, whichever is nearer.
 * @param limit bytes; Infinity for none
 * @returns 1 for all of it
 */
export function memoryShare(limit: number): number {
  return Math.max(process.memoryUsage.rss() / limit, oldObjects() / OLD_LIMIT);
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
