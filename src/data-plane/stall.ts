/** Tells what moves slowly from what does not move, by an amount that is looked at now and then. */
export class Stall {
  #amount = 0;
  #since = -1;

  /**
   * @param now milliseconds of the clock
   * @param amount what waits to be moved; null while there is nothing to wait for
   * @returns true when the amount has been the same for `patience` milliseconds, as far as the looking shows
   */
  look(now: number, amount: number | null, patience: number): boolean {
    if (amount === null) {
      this.#since = -1;
      return false;
    }
    if (this.#since < 0 || amount !== this.#amount) {
      this.#amount = amount;
      this.#since = now;
      return false;
    }
    return now - this.#since >= patience;
  }
}
