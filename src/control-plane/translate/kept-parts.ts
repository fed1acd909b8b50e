import { changedList } from "../../snapshot/changed-list.ts";

/** Parts of the snapshot of one kind, by their keys, and whose changed the last time they were made. */
export interface KeptParts<Part> {
  get(key: string): Part | undefined;
  readonly changed: ReadonlySet<string>;
}

/** Parts in the order of their keys, again and again: some of them laid over what is there. The same list when all of it is the same. */
export class OrderedParts<Part> {
  readonly #keyOf: (part: Part) => string;
  #list: readonly Part[] = [];
  #over: ReadonlyMap<string, Part> = new Map();

  constructor(keyOf: (part: Part) => string) {
    this.#keyOf = keyOf;
  }

  /** @param over parts in the place of those with their keys, or beside them */
  of(parts: KeptParts<Part>, over: ReadonlyMap<string, Part>): readonly Part[] {
    const keys = new Set([...parts.changed, ...this.#over.keys(), ...over.keys()]);
    const changes = new Map(Array.from(keys, (key) => [key, over.get(key) ?? parts.get(key)]));
    this.#over = over;
    this.#list = changedList(this.#list, changes, this.#keyOf);
    return this.#list;
  }
}
