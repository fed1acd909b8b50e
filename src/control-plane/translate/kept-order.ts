import { changedPlaces } from "../../snapshot/changed-places.ts";
import { sameElements } from "../remembered.ts";
import { compareText } from "./compare-text.ts";

/** Puts things in the order of their keys, again and again. Where most keys are those of the last time, most of the order is known. */
export class KeptOrder<Value> {
  readonly #keyOf: (value: Value) => string;
  /** By key, in `#values`. */
  #placeOf: ReadonlyMap<string, number> = new Map();
  #values: readonly Value[] = [];
  #ordered: readonly Value[] = [];
  /** Of `#values`, in order. */
  #places: readonly number[] = [];

  constructor(keyOf: (value: Value) => string) {
    this.#keyOf = keyOf;
  }

  /** The same list when all of it is the same. @param values no two with the same key */
  of(values: readonly Value[]): readonly Value[] {
    if (changedPlaces(this.#values, values, (a, b) => this.#keyOf(a) === this.#keyOf(b)) === null) {
      this.#places = this.#sort(values);
    }
    this.#values = values;
    const ordered = this.#places.map((place) => values[place] as Value);
    if (!sameElements(ordered, this.#ordered)) this.#ordered = ordered;
    return this.#ordered;
  }

  /** A list that is in order but for its end is sorted in little more than one pass. */
  #sort(values: readonly Value[]): readonly number[] {
    const before = this.#placeOf;
    const placeOf = new Map(values.map((value, place) => [this.#keyOf(value), place]));
    this.#placeOf = placeOf;
    const known = this.#ordered.map(this.#keyOf).filter((key) => placeOf.has(key));
    const added = [...placeOf.keys()].filter((key) => !before.has(key));
    const keys = added.length === 0 ? known : [...known, ...added].toSorted(compareText);
    return keys.map((key) => placeOf.get(key) as number);
  }
}
