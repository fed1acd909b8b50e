import type { Delta } from "./delta.ts";
import type { Reads, Tables } from "./lookup.ts";
import { Readers } from "./readers.ts";

interface Kept<Value> {
  readonly reads: readonly Reads[];
  readonly value: Value;
}

/**
 * What was made of each object, together with everything that was looked up on the way. It is made anew only when the object is another one, or
 * one of the look-ups would give another thing. So it is what making it anew would give, as long as `make` reads the object and the tables alone.
 */
export class Recalled<Subject extends object, T extends Tables, Value> {
  readonly #make: (subject: Subject, tables: T) => Value;
  readonly #kept = new Map<Subject, Kept<Value>>();
  readonly #readers = new Readers<Subject>();
  #tables: Tables = {};
  #forgotten = false;

  constructor(make: (subject: Subject, tables: T) => Value) {
    this.#make = make;
  }

  /** `make` would make other things now: the next time everything is made anew. */
  forget(): void {
    this.#forgotten = true;
  }

  /** What became of what is made of the objects. @param subjects what became of these */
  of(subjects: Delta<Subject>, tables: T): Delta<Value> {
    const [gone, come]: [Value[], Value[]] = [[], []];
    for (const subject of subjects.gone) gone.push(...this.#leave(subject));
    const touched = this.#forgotten ? null : this.#readers.touched(this.#tables, tables);
    for (const subject of touched ?? [...this.#kept.keys()]) {
      const kept = this.#kept.get(subject);
      if (kept === undefined || (!this.#forgotten && stillHolds(kept, tables))) continue;
      gone.push(...this.#leave(subject));
      come.push(this.#take(subject, tables));
    }
    for (const subject of subjects.come) come.push(this.#take(subject, tables));
    this.#tables = tables;
    this.#forgotten = false;
    return { gone, come };
  }

  #leave(subject: Subject): Value[] {
    const kept = this.#kept.get(subject);
    if (kept === undefined) return [];
    this.#readers.forget(subject, kept.reads);
    this.#kept.delete(subject);
    return [kept.value];
  }

  #take(subject: Subject, tables: T): Value {
    const found = new Map<string, Map<string, unknown>>();
    const value = this.#make(subject, recording(tables, found));
    const reads = Array.from(found, ([table, keys]) => ({ table, found: keys }));
    this.#readers.remember(subject, reads);
    this.#kept.set(subject, { reads, value });
    return value;
  }
}

function stillHolds({ reads }: Kept<unknown>, now: Tables): boolean {
  for (const { table, found } of reads) {
    const lookup = now[table];
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
