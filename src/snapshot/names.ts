import { SealError } from "./seal-error.ts";

/** Names of which each may be there once, again and again. */
export class Names {
  readonly #what: string;
  readonly #names = new Set<string>();

  /** @param what they name, for messages */
  constructor(what: string) {
    this.#what = what;
  }

  has(name: string): boolean {
    return this.#names.has(name);
  }

  /** @throws {SealError} when one that comes is there already */
  change(gone: readonly string[], come: readonly string[]): void {
    for (const name of gone) this.#names.delete(name);
    for (const name of come) {
      if (this.#names.has(name)) throw new SealError(`${this.#what} ${name} appears twice`);
      this.#names.add(name);
    }
  }
}
