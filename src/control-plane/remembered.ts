/** Makes a value anew only when one of those it is made of is another one than last time. */
export class Remembered<Value> {
  #from: readonly unknown[] | null = null;
  #value: Value | undefined;

  of(from: readonly unknown[], make: () => Value): Value {
    if (this.#from === null || !sameElements(this.#from, from)) {
      this.#value = make();
      this.#from = from;
    }
    return this.#value as Value;
  }

  /** The next time it is made anew. */
  forget(): void {
    this.#from = null;
  }
}

/** Whether two lists hold the very same things in the same order. */
export function sameElements(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a === b || (a.length === b.length && a.every((one, index) => one === b[index]));
}
