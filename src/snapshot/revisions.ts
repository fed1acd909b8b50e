import { revisionOfText } from "./revision.ts";

/** A hash is made of so many hashes, each of a few revisions: those that a change does not touch stay. */
const BUCKETS = 1024;

interface Bucket {
  readonly revisions: ReadonlyMap<string, string>;
  readonly digest: string;
}

/**
 * Revisions of the parts of a kind by their keys, with a hash of all of them. Never changed: `with` makes another one, at the cost of what is
 * another in it. Two of them with the same content have the same digest, however they came to be.
 */
export class RevisionsOfKind {
  readonly #buckets: readonly (Bucket | undefined)[];
  /** A hash of all keys and revisions. */
  readonly digest: string;

  static readonly none = new RevisionsOfKind(Array.from({ length: BUCKETS }, () => undefined));

  private constructor(buckets: readonly (Bucket | undefined)[]) {
    this.#buckets = buckets;
    this.digest = revisionOfText(buckets.map((bucket) => bucket?.digest ?? "").join("\n"));
    Object.freeze(this);
  }

  get(key: string): string | undefined {
    return this.#buckets[bucketOf(key)]?.revisions.get(key);
  }

  /** The same object where all of it is so already. @param changes by key, the revision now; undefined: there is no such part */
  with(changes: ReadonlyMap<string, string | undefined>): RevisionsOfKind {
    const drafts = new Map<number, Map<string, string>>();
    for (const [key, revision] of changes) {
      if (this.get(key) === revision) continue;
      const place = bucketOf(key);
      const draft = drafts.get(place) ?? new Map(this.#buckets[place]?.revisions);
      drafts.set(place, draft);
      if (revision === undefined) draft.delete(key);
      else draft.set(key, revision);
    }
    if (drafts.size === 0) return this;
    const buckets = [...this.#buckets];
    for (const [place, draft] of drafts) buckets[place] = draft.size === 0 ? undefined : bucketWith(draft);
    return new RevisionsOfKind(buckets);
  }

  /** By key, in the order of keys. */
  toJSON(): Readonly<Record<string, string>> {
    const all = this.#buckets.flatMap((bucket) => (bucket === undefined ? [] : [...bucket.revisions]));
    return Object.fromEntries(inOrder(all));
  }
}

/** The revision of a snapshot: a hash of all revisions, kind by kind. */
export function revisionOfAll(revisions: Readonly<Record<string, RevisionsOfKind>>): string {
  return revisionOfText(
    Object.entries(revisions)
      .map(([kind, { digest }]) => `${kind} ${digest}`)
      .join("\n"),
  );
}

function bucketWith(revisions: ReadonlyMap<string, string>): Bucket {
  // With its length, since a key may hold anything.
  const lines = inOrder([...revisions]).map(([key, revision]) => `${key.length} ${key} ${revision}`);
  return { revisions, digest: revisionOfText(lines.join("\n")) };
}

function inOrder(revisions: readonly (readonly [string, string])[]): readonly (readonly [string, string])[] {
  return revisions.toSorted(([a], [b]) => (a < b ? -1 : 1));
}

/** FNV-1a. Whoever finds keys that fall together makes the revisions of their own parts dearer, and nothing else. */
function bucketOf(key: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < key.length; at += 1) hash = Math.imul(hash ^ key.charCodeAt(at), 0x01000193);
  return (hash ^ (hash >>> 16)) & (BUCKETS - 1);
}
