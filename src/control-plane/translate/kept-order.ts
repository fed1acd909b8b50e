import { compareText } from "./compare-text.ts";

/** Puts things in the order of their keys, again and again. Where most keys are those of the last time, most of the order is known. */
export class KeptOrder<Value> {
  readonly #keyOf: (value: Value) => string;
  #keys: readonly string[] = [];

  constructor(keyOf: (value: Value) => string) {
    this.#keyOf = keyOf;
  }

  /** @param values no two with the same key */
  of(values: readonly Value[]): Value[] {
    const byKey = new Map(values.map((value) => [this.#keyOf(value), value]));
    const known = this.#keys.filter((key) => byKey.has(key));
    this.#keys = known.length === byKey.size ? known : this.#merge(known, byKey);
    return this.#keys.map((key) => byKey.get(key) as Value);
  }

  /** A list that is in order but for its end is sorted in little more than one pass. */
  #merge(known: readonly string[], byKey: ReadonlyMap<string, Value>): readonly string[] {
    const before = new Set(known);
    return [...known, ...[...byKey.keys()].filter((key) => !before.has(key))].toSorted(compareText);
  }
}
