import type { Writable } from "node:stream";
import { BLOCK } from "./blocks.ts";

/** Writes so many octets as fast as they are taken. Stuck means that other work of the loop goes on for long while this does not. @returns how many were taken */
export async function sentUntilStuck(to: Writable, octets: number): Promise<number> {
  let sent = 0;
  to.on("error", () => {});
  for (; sent < octets; sent += BLOCK.length) {
    if (to.write(BLOCK)) continue;
    for (let turn = 0; to.writableNeedDrain && turn < 20_000; turn++) await new Promise(setImmediate);
    if (to.writableNeedDrain) return sent;
  }
  return sent;
}
