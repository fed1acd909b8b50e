import { isDeepStrictEqual } from "node:util";
import { keyOfObject, type ApiObject } from "./api-object.ts";

/** Makes what is kept of an object. `before`: what was kept of its last version, if there was one. */
export type Read<Value> = (object: ApiObject, before: Value | undefined) => Value;

interface Known<Value> {
  readonly uid: string;
  readonly resourceVersion: string;
  readonly value: Value;
  /** In the list of all values. */
  place: number;
}

/** A whole list, while it is being received. */
export type Listing = Map<string, ApiObject>;

/**
 * The objects of one kind, by namespace/name and uid. An object that was deleted and made again under its name is another object. Each version
 * is read once; a new version that reads the same (only its status changed) keeps the value as it was, so that nobody works on it again.
 */
export class KnownObjects<Value> {
  readonly #read: Read<Value>;
  #known = new Map<string, Known<Value>>();
  /** All values, in the order of `#known`; null: to be made. */
  #values: Value[] | null = null;
  /** Somebody has the list, so that it must not change. */
  #given = false;

  constructor(read: Read<Value>) {
    this.#read = read;
  }

  get size(): number {
    return this.#known.size;
  }

  /** The same list as long as nothing changes. One that is replaced keeps its place. */
  values(): readonly Value[] {
    this.#values ??= this.#list();
    this.#given = true;
    return this.#values;
  }

  get(namespace: string, name: string): Value | undefined {
    return this.#known.get(`${namespace}/${name}`)?.value;
  }

  /** This very version is the one that is known. */
  has(object: ApiObject): boolean {
    const known = this.#known.get(keyOfObject(object));
    return known !== undefined && known.uid === uidOf(object) && known.resourceVersion === versionOf(object);
  }

  /** Some version of this very object is known. */
  hasUid(object: ApiObject): boolean {
    return this.#known.get(keyOfObject(object))?.uid === uidOf(object);
  }

  /** @returns whether a value changed */
  put(object: ApiObject): boolean {
    const key = keyOfObject(object);
    const before = this.#known.get(key);
    const next = this.#next(object, before, before?.place ?? this.#known.size);
    this.#known.set(key, next);
    if (next.value === before?.value) return false;
    this.#place(next);
    return true;
  }

  /** Forgets the object; one of its name with another uid stays. @returns whether there was one */
  remove(object: ApiObject): boolean {
    if (!this.hasUid(object)) return false;
    this.#values = null;
    return this.#known.delete(keyOfObject(object));
  }

  /** Takes a whole list in the place of everything, in one step. @returns whether a value changed, came or went */
  replace(listing: Listing): boolean {
    let same = listing.size === this.#known.size;
    const next = new Map<string, Known<Value>>();
    for (const [key, object] of listing) {
      const before = this.#known.get(key);
      const known = before !== undefined && this.has(object) ? before : this.#next(object, before, next.size);
      if (known.value !== before?.value) same = false;
      next.set(key, known);
    }
    this.#known = next;
    this.#values = null;
    return !same;
  }

  /** How many of the objects known now are in the list too. */
  stillIn(listing: Listing): number {
    let count = 0;
    for (const [key, { uid }] of this.#known) {
      const object = listing.get(key);
      if (object !== undefined && uidOf(object) === uid) count += 1;
    }
    return count;
  }

  #list(): Value[] {
    const values: Value[] = [];
    for (const known of this.#known.values()) {
      // After some have gone the others have other places.
      known.place = values.length;
      values.push(known.value);
    }
    this.#given = false;
    return values;
  }

  #place({ place, value }: Known<Value>): void {
    if (this.#values === null) return;
    if (this.#given) this.#values = [...this.#values];
    this.#given = false;
    this.#values[place] = value;
  }

  #next(object: ApiObject, known: Known<Value> | undefined, place: number): Known<Value> {
    const uid = uidOf(object);
    const before = known?.uid === uid ? known.value : undefined;
    const value = this.#read(object, before);
    const kept = before !== undefined && isDeepStrictEqual(before, value) ? before : value;
    return { uid, resourceVersion: versionOf(object), value: kept, place };
  }
}

function uidOf({ metadata }: ApiObject): string {
  return metadata.uid ?? "";
}

function versionOf({ metadata }: ApiObject): string {
  return metadata.resourceVersion ?? "";
}
