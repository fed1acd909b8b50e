/** Makes a value anew only when one of those it is made of is another one than last time. */
export class Remembered<Value> {
  #from: readonly unknown[] | null = null;
  #value: Value | undefined;

  of(from: readonly unknown[], make: () => Value): Value {
    if (this.#from === null || from.some((one, index) => one !== this.#from?.[index])) {
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
