import { isDeepStrictEqual } from "node:util";
import { keyOfObject, type ApiObject } from "./api-object.ts";

/** Makes what is kept of an object. `before`: what was kept of its last version, if there was one. */
export type Read<Value> = (object: ApiObject, before: Value | undefined) => Value;

interface Known<Value> {
  readonly uid: string;
  readonly resourceVersion: string;
  readonly value: Value;
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

  constructor(read: Read<Value>) {
    this.#read = read;
  }

  get size(): number {
    return this.#known.size;
  }

  values(): Value[] {
    return Array.from(this.#known.values(), ({ value }) => value);
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
    const next = this.#next(object, before);
    this.#known.set(key, next);
    return next.value !== before?.value;
  }

  /** Forgets the object; one of its name with another uid stays. @returns whether there was one */
  remove(object: ApiObject): boolean {
    return this.hasUid(object) && this.#known.delete(keyOfObject(object));
  }

  /** Takes a whole list in the place of everything, in one step. @returns whether a value changed, came or went */
  replace(listing: Listing): boolean {
    let same = listing.size === this.#known.size;
    const next = new Map<string, Known<Value>>();
    for (const [key, object] of listing) {
      const before = this.#known.get(key);
      const known = before !== undefined && this.has(object) ? before : this.#next(object, before);
      if (known.value !== before?.value) same = false;
      next.set(key, known);
    }
    this.#known = next;
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

  #next(object: ApiObject, known: Known<Value> | undefined): Known<Value> {
    const uid = uidOf(object);
    const before = known?.uid === uid ? known.value : undefined;
    const value = this.#read(object, before);
    const kept = before !== undefined && isDeepStrictEqual(before, value) ? before : value;
    return { uid, resourceVersion: versionOf(object), value: kept };
  }
}

function uidOf({ metadata }: ApiObject): string {
  return metadata.uid ?? "";
}

function versionOf({ metadata }: ApiObject): string {
  return metadata.resourceVersion ?? "";
}
