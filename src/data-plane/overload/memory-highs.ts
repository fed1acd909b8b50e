/** How much higher than ever before is a new high, as a share of all. */
const NOTICEABLE = 0.005;
/** Milliseconds that a new high counts for. */
const LASTS = 3_000;
/** Below it what was reached before is forgotten: by then much was given back. */
const FORGOTTEN = 0.85;

/**
 * Whether memory is used up further and further. What an overload took is not all given back when it ends: the allocator keeps small pieces, and
 * V8 its pages. Both use them again before they ask for more, so that a height that was reached before says nothing about what there is to do now.
 */
export class MemoryHighs {
  #highest = 0;
  #since = -Infinity;

  /** @param now milliseconds. @param memory the share that is used. @returns whether it was never as high as lately */
  look(now: number, memory: number): boolean {
    if (memory < FORGOTTEN) this.#highest = 0;
    if (memory > this.#highest + NOTICEABLE) {
      this.#highest = memory;
      this.#since = now;
    }
    return now - this.#since < LASTS;
  }
}
