/** A table in which things are looked up one by one. What is not there is `undefined`, or whatever the table says. */
export interface Lookup<Value> {
  get(key: string): Value;
  /** Where it says something else than the table it was made of; absent: anywhere, perhaps. That table is held weakly, or none would ever go. */
  readonly changes?: { readonly since: WeakRef<Lookup<Value>>; readonly keys: readonly string[] };
}

export type Tables = Readonly<Record<string, Lookup<unknown>>>;

/** What was looked up in one table, and what was found. */
export interface Reads {
  readonly table: string;
  readonly found: ReadonlyMap<string, unknown>;
}

/** A table that says the same as another, but for these keys. */
export function changedSince<Value>(
  before: Lookup<Value>,
  keys: readonly string[],
  get: (key: string) => Value,
): Lookup<Value> {
  return { get, changes: { since: new WeakRef(before), keys } };
}
