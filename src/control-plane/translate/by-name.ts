import { changedPlaces } from "../../snapshot/changed-places.ts";
import { haveOneName, keyOf } from "../resources/resource-key.ts";
import type { Resource } from "../resources/resource.ts";
import type { Lookup } from "./lookup.ts";

/** Objects of a kind by "namespace/name", again and again. Of two with one name the first stands. A table is good until the next one is made. */
export class ByName<Kind extends Resource> {
  #all: readonly Kind[] = [];
  #found = new Map<string, Kind>();
  #table: Lookup<Kind | undefined> = this.#found;

  /** The same table when all of it is the same. */
  of(all: readonly Kind[]): Lookup<Kind | undefined> {
    const unique = this.#found.size === this.#all.length;
    const changed = unique ? changedPlaces(this.#all, all, haveOneName) : null;
    if (changed === null) this.#findAll(all);
    else if (changed.length > 0) this.#replace(changed.map((place) => all[place] as Kind));
    this.#all = all;
    return this.#table;
  }

  #findAll(all: readonly Kind[]): void {
    if (all === this.#all) return;
    const found = new Map<string, Kind>();
    for (const one of all) {
      const key = keyOf(one);
      if (!found.has(key)) found.set(key, one);
    }
    this.#found = found;
    this.#table = found;
  }

  #replace(changed: readonly Kind[]): void {
    const found = this.#found;
    for (const one of changed) found.set(keyOf(one), one);
    this.#table = { get: (key) => found.get(key), changes: { since: this.#table, keys: changed.map(keyOf) } };
  }
}
