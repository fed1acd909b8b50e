/** A table in which things are looked up one by one. What is not there is `undefined`, or whatever the table says. */
export interface Lookup<Value> {
  get(key: string): Value;
}

export type Tables = Readonly<Record<string, Lookup<unknown>>>;

interface Read {
  readonly table: string;
  readonly key: string;
  readonly found: unknown;
}

interface Kept<Value> {
  readonly reads: readonly Read[];
  readonly value: Value;
  /** In which all that was read is known to be still so. */
  tables: Tables;
}

/**
 * What was made of each object, together with everything that was looked up on the way. It is made anew only when the object is another one, or
 * one of the look-ups would give another thing. So it is what making it anew would give, as long as `make` reads the object and the tables alone.
 */
export class Recalled<Subject extends object, T extends Tables, Value> {
  readonly #kept = new WeakMap<Subject, Kept<Value>>();

  of(subject: Subject, tables: T, make: (tables: T) => Value): Value {
    const kept = this.#kept.get(subject);
    if (kept !== undefined && kept.reads.every((read) => stillHolds(read, kept.tables, tables))) {
      kept.tables = tables;
      return kept.value;
    }
    const reads: Read[] = [];
    const value = make(recording(tables, reads));
    this.#kept.set(subject, { reads, value, tables });
    return value;
  }
}

function stillHolds({ table, key, found }: Read, before: Tables, now: Tables): boolean {
  return before[table] === now[table] || now[table]?.get(key) === found;
}

/** The same tables, which note down what is looked up, each thing once. */
function recording<T extends Tables>(tables: T, reads: Read[]): T {
  const noted = Object.entries(tables).map(([table, lookup]) => {
    const keys = new Set<string>();
    const get = (key: string): unknown => {
      const found = lookup.get(key);
      if (!keys.has(key)) reads.push({ table, key, found });
      keys.add(key);
      return found;
    };
    return [table, { get }];
  });
  return Object.fromEntries(noted) as T;
}
