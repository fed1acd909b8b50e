import { writeSync } from "node:fs";
import type { PieceSink } from "./line-writer.ts";

/**
 * A file as a sink for pieces. What does not fit on its disk is refused, and what comes later is tried again: a stream of Node would be
 * closed for good by the first error.
 */
export function fileSink(fd: number): PieceSink {
  /** Of a piece that was written in part. */
  let rest: Buffer = Buffer.alloc(0);
  /** @returns whether all of it was written */
  const write = (octets: Buffer): boolean => {
    for (rest = octets; rest.length > 0;) {
      try {
        rest = rest.subarray(writeSync(fd, rest));
      } catch {
        return false;
      }
    }
    return true;
  };
  return {
    write(piece) {
      if (!write(rest)) return false;
      const octets = Buffer.from(piece);
      if (write(octets)) return true;
      // Begun, it is taken: its rest comes before anything else.
      if (rest.length < octets.length) return true;
      rest = Buffer.alloc(0);
      return false;
    },
  };
}
