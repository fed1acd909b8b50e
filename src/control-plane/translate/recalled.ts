import { changedPlaces } from "../../snapshot/changed-places.ts";
import type { Reads, Tables } from "./lookup.ts";
import { Readers } from "./readers.ts";

interface Kept<Value> {
  readonly reads: readonly Reads[];
  readonly value: Value;
  /** In which all that was read is known to be still so. */
  tables: Tables;
}

/**
 * What was made of each object, together with everything that was looked up on the way. It is made anew only when the object is another one, or
 * one of the look-ups would give another thing. So it is what making it anew would give, as long as `make` reads the object and the tables alone.
 */
export class Recalled<Subject extends object, T extends Tables, Value> {
  readonly #make: (subject: Subject, tables: T) => Value;
  readonly #kept = new Map<Subject, Kept<Value>>();
  readonly #readers = new Readers<Subject>();
  #places = new Map<Subject, number>();
  #subjects: readonly Subject[] = [];
  #values: readonly Value[] = [];
  #tables: Tables = {};

  constructor(make: (subject: Subject, tables: T) => Value) {
    this.#make = make;
  }

  /** What is made of each; the same list when all of it is the same. @param subjects each once */
  of(subjects: readonly Subject[], tables: T): readonly Value[] {
    const replaced = changedPlaces(this.#subjects, subjects, () => true);
    const touched = this.#readers.touched(this.#tables, tables);
    const before = this.#subjects;
    this.#subjects = subjects;
    this.#tables = tables;
    if (replaced === null || touched === null) this.#lookAtAll(before, tables);
    else {
      for (const place of replaced) this.#replace(before[place] as Subject, subjects[place] as Subject, place);
      const places = new Set(replaced);
      for (const subject of touched) {
        const place = this.#places.get(subject);
        // One that was replaced just now is nowhere.
        if (place !== undefined) places.add(place);
      }
      this.#lookAt(places, tables);
    }
    return this.#values;
  }

  #lookAtAll(before: readonly Subject[], tables: T): void {
    this.#places = new Map(this.#subjects.map((subject, place) => [subject, place]));
    for (const subject of before) if (!this.#places.has(subject)) this.#forget(subject);
    const values = this.#subjects.map((subject) => this.#one(subject, tables));
    const same = changedPlaces(this.#values, values, () => true)?.length === 0;
    if (!same) this.#values = values;
  }

  #lookAt(places: ReadonlySet<number>, tables: T): void {
    let values: Value[] | null = null;
    for (const place of places) {
      const value = this.#one(this.#subjects[place] as Subject, tables);
      if (value === this.#values[place]) continue;
      values ??= [...this.#values];
      values[place] = value;
    }
    if (values !== null) this.#values = values;
  }

  #replace(before: Subject, now: Subject, place: number): void {
    // Two that change places are replaced by each other.
    if (this.#places.get(before) === place) this.#forget(before);
    this.#places.set(now, place);
  }

  #forget(subject: Subject): void {
    this.#places.delete(subject);
    this.#readers.forget(subject, this.#kept.get(subject)?.reads ?? []);
    this.#kept.delete(subject);
  }

  #one(subject: Subject, tables: T): Value {
    const kept = this.#kept.get(subject);
    if (kept !== undefined && stillHolds(kept, tables)) {
      kept.tables = tables;
      return kept.value;
    }
    if (kept !== undefined) this.#readers.forget(subject, kept.reads);
    const found = new Map<string, Map<string, unknown>>();
    const value = this.#make(subject, recording(tables, found));
    const reads = Array.from(found, ([table, keys]) => ({ table, found: keys }));
    this.#readers.remember(subject, reads);
    this.#kept.set(subject, { reads, value, tables });
    return value;
  }
}

function stillHolds({ reads, tables: before }: Kept<unknown>, now: Tables): boolean {
  for (const { table, found } of reads) {
    const lookup = now[table];
    if (lookup === before[table]) continue;
    for (const [key, value] of found) if (lookup?.get(key) !== value) return false;
  }
  return true;
}

/** The same tables, which note down what is looked up. */
function recording<T extends Tables>(tables: T, reads: Map<string, Map<string, unknown>>): T {
  const noted = Object.entries(tables).map(([table, lookup]) => {
    const get = (key: string): unknown => {
      const value = lookup.get(key);
      const found = reads.get(table) ?? new Map<string, unknown>();
      reads.set(table, found.set(key, value));
      return value;
    };
    return [table, { get }];
  });
  return Object.fromEntries(noted) as T;
}
