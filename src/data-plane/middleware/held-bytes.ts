/** How much of request bodies is held by all requests together. */
export class HeldBytes {
  readonly #most: number;
  #now = 0;

  /** @param most bytes */
  constructor(most: number) {
    this.#most = most;
  }

  /** True while more may be held. */
  get hasRoom(): boolean {
    return this.#now < this.#most;
  }

  /** @param bytes more than before; fewer, where negative */
  add(bytes: number): void {
    this.#now += bytes;
  }
}
