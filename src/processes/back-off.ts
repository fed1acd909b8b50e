/** A worker that lived as long has proven that it can: its end counts as the first. */
const PROVEN = 30_000;
const LONGEST = 10_000;

/** How long to wait before a worker is started anew: not at all the first time, then longer and longer. */
export class BackOff {
  #ends = 0;

  /** @param lived milliseconds that the worker lived. @returns milliseconds to wait */
  next(lived: number): number {
    if (lived >= PROVEN) this.#ends = 0;
    this.#ends += 1;
    return this.#ends === 1 ? 0 : Math.min(100 * 2 ** (this.#ends - 2), LONGEST);
  }
}
