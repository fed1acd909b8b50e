/** A table in which things are looked up one by one. What is not there is `undefined`, or whatever the table says. */
export interface Lookup<Value> {
  get(key: string): Value;
  /** Where it says something else than the table it was made of; absent: anywhere, perhaps. */
  readonly changes?: { readonly since: Lookup<Value>; readonly keys: readonly string[] };
}

export type Tables = Readonly<Record<string, Lookup<unknown>>>;

/** What was looked up in one table, and what was found. */
export interface Reads {
  readonly table: string;
  readonly found: ReadonlyMap<string, unknown>;
}
