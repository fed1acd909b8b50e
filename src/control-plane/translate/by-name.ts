import { difference } from "../../snapshot/difference.ts";
import { keyOf } from "../resources/resource-key.ts";
import type { Resource } from "../resources/resource.ts";
import { changedSince, type Lookup } from "./lookup.ts";

/** Objects of a kind by "namespace/name", again and again. Of two with one name the first stands. A table is good until the next one is made. */
export class ByName<Kind extends Resource> {
  #all: readonly Kind[] = [];
  #found = new Map<string, Kind>();
  #table: Lookup<Kind | undefined> = this.#found;

  /** The same table when all of it is the same. */
  of(all: readonly Kind[]): Lookup<Kind | undefined> {
    if (all === this.#all) return this.#table;
    const wasUnique = this.#found.size === this.#all.length;
    const { gone, come } = difference(this.#all, all);
    this.#all = all;
    if (!wasUnique) return this.#findAll(all);
    if (gone.length === 0 && come.length === 0) return this.#table;
    const found = this.#found;
    for (const one of gone) found.delete(keyOf(one));
    for (const one of come) found.set(keyOf(one), one);
    if (found.size !== all.length) return this.#findAll(all);
    const keys = [...new Set([...gone, ...come].map(keyOf))];
    this.#table = changedSince(this.#table, keys, (key) => found.get(key));
    return this.#table;
  }

  #findAll(all: readonly Kind[]): Lookup<Kind | undefined> {
    const found = new Map<string, Kind>();
    for (const one of all) {
      const key = keyOf(one);
      if (!found.has(key)) found.set(key, one);
    }
    this.#found = found;
    this.#table = found;
    return found;
  }
}
