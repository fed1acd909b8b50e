import type { Timers } from "../timers.ts";

/** Milliseconds, as client-go's reflector has them. */
const FIRST = 800;
const LONGEST = 30_000;
/** After so long without a failure the next is the first again. */
const HEALTHY = 120_000;

/** How long to wait after a failure: longer each time, never the same for two of us, at most 30 seconds. */
export class BackOff {
  readonly #timers: Timers;
  readonly #random: () => number;
  #next = FIRST;
  #until = 0;

  /** @param random 0 to 1 */
  constructor(timers: Timers, random: () => number) {
    this.#timers = timers;
    this.#random = random;
  }

  /** @param asked what the server asks us to wait, in milliseconds; honoured up to 30 seconds. @returns milliseconds */
  next(asked: number | null = null): number {
    const now = this.#timers.now();
    if (now - this.#until >= HEALTHY) this.#next = FIRST;
    const delay = Math.min(LONGEST, Math.max(this.#next * (1 + this.#random()), asked ?? 0));
    this.#next = Math.min(LONGEST, this.#next * 2);
    this.#until = now + delay;
    return delay;
  }
}
