import { setTimeout as delay } from "node:timers/promises";

/** Asks again and again, for two minutes. */
export async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  for (const began = performance.now(); performance.now() - began < 120_000; await delay(100)) {
    if (await holds()) return;
  }
  throw new Error(`waited in vain until ${what}`);
}
