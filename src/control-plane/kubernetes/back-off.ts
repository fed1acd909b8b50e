import type { Timers } from "../timers.ts";

/** Milliseconds, as client-go's reflector has them. */
const FIRST = 800;
const LONGEST = 30_000;
/** Milliseconds while nobody answers: that costs no server anything, and one that is back is found soon. */
const LONGEST_AWAY = 2_500;
/** After so long without a failure the next is the first again. */
const HEALTHY = 120_000;

export interface Failure {
  /** What the server asks us to wait, in milliseconds; honoured up to 30 seconds. */
  readonly asked?: number | null;
  /** Nobody answered, so at most 2.5 seconds are waited for. */
  readonly away?: boolean;
}

/** How long to wait after a failure: longer each time, at most 30 seconds, and never the same for two of us, who all failed at once. */
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

  /** @returns milliseconds */
  next({ asked = null, away = false }: Failure = {}): number {
    const now = this.#timers.now();
    if (now - this.#until >= HEALTHY) this.#next = FIRST;
    // Up to twice as long is waited.
    const most = (away ? LONGEST_AWAY : LONGEST) / 2;
    const delay = Math.min(LONGEST, Math.max(Math.min(this.#next, most) * (1 + this.#random()), asked ?? 0));
    this.#next = Math.max(this.#next, Math.min(most, this.#next * 2));
    this.#until = now + delay;
    return delay;
  }
}
