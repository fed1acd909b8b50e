/** Counts what happens often, and forgets at a steady rate. */
export class LeakyCount {
  #level = 0;
  #at = 0;
  readonly #perSecond: number;

  /** @param perSecond how much is forgotten in a second */
  constructor(perSecond: number) {
    this.#perSecond = perSecond;
  }

  /** @param now milliseconds @returns what is counted now, this included */
  add(points: number, now: number): number {
    this.#level = Math.max(0, this.#level - ((now - this.#at) / 1000) * this.#perSecond) + points;
    this.#at = now;
    return this.#level;
  }
}
