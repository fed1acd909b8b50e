import type { Reads, Tables } from "./lookup.ts";

/** Who looked up what in which table. */
export class Readers<Subject> {
  readonly #tables = new Map<string, Map<string, Set<Subject>>>();

  remember(subject: Subject, reads: readonly Reads[]): void {
    for (const { table, found } of reads) {
      const keys = this.#tables.get(table) ?? new Map<string, Set<Subject>>();
      this.#tables.set(table, keys);
      for (const key of found.keys()) keys.set(key, (keys.get(key) ?? new Set()).add(subject));
    }
  }

  forget(subject: Subject, reads: readonly Reads[]): void {
    for (const { table, found } of reads) {
      const keys = this.#tables.get(table);
      for (const key of found.keys()) {
        const subjects = keys?.get(key);
        subjects?.delete(subject);
        if (subjects?.size === 0) keys?.delete(key);
      }
    }
  }

  /** Who looked something up that may be different now; null: anybody. */
  touched(before: Tables, now: Tables): ReadonlySet<Subject> | null {
    const touched = new Set<Subject>();
    for (const [table, keys] of this.#tables) {
      if (keys.size === 0 || now[table] === before[table]) continue;
      const changes = now[table]?.changes;
      if (changes === undefined || changes.since.deref() !== before[table]) return null;
      for (const key of changes.keys) for (const subject of keys.get(key) ?? []) touched.add(subject);
    }
    return touched;
  }
}
