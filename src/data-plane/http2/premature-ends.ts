const WINDOW = 100;
const TOO_MANY = WINDOW / 2;
const SOON = 1000;

/**
 * Tells a client that opens streams only to reset them (CVE-2023-44487), or makes us reset them (CVE-2025-8671), from one whose user
 * changes pages: at least half of the last hundred streams ended within a second and without a response.
 */
export class PrematureEnds {
  readonly #last: boolean[] = [];
  #next = 0;
  #count = 0;

  /**
   * @param answered the head of a response was sent
   * @param age milliseconds the stream was open
   * @returns true when it was one too many
   */
  add(answered: boolean, age: number): boolean {
    const premature = !answered && age < SOON;
    if (this.#last[this.#next] === true) this.#count -= 1;
    if (premature) this.#count += 1;
    this.#last[this.#next] = premature;
    this.#next = (this.#next + 1) % WINDOW;
    return this.#last.length === WINDOW && this.#count >= TOO_MANY;
  }
}
