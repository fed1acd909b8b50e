import { systemTimers, type Timers } from "./timers.ts";

/** Milliseconds after which a change is acted upon even when more keep coming: at least, and at most. */
const SHORTEST = 100;
const LONGEST = 1000;

/**
 * Calls `act` once a burst of changes is over: after `quiet` milliseconds without a `touch`. Where they do not end, after 100 milliseconds,
 * or as many as the last act took, so that acting takes half of the time at most; and at most a second after the first.
 * No more than that: what is gathered for longer takes longer, so that one act held up would be followed by none but long ones.
 */
export class Quiet {
  readonly #quiet: number;
  readonly #act: () => void;
  readonly #timers: Timers;
  #cancel: (() => void) | null = null;
  #since: number | null = null;
  #longest = SHORTEST;
  #acted = false;

  constructor(quiet: number, act: () => void, timers: Timers = systemTimers) {
    this.#quiet = quiet;
    this.#act = act;
    this.#timers = timers;
  }

  touch(): void {
    const now = this.#timers.now();
    this.#since ??= now;
    const rest = Math.max(0, this.#since + this.#longest - now);
    this.#cancel?.();
    this.#cancel = this.#timers.after(Math.min(this.#quiet, rest), () => this.#end());
  }

  close(): void {
    this.#cancel?.();
  }

  #end(): void {
    this.#since = null;
    const began = this.#timers.now();
    this.#act();
    const took = this.#timers.now() - began;
    // The first makes everything, and tells nothing of the next.
    if (this.#acted) this.#longest = Math.min(LONGEST, Math.max(SHORTEST, this.#quiet, took));
    this.#acted = true;
  }
}
