import { type AnyParts, assemble, ordered, type PartName, PARTS } from "./parts.ts";
import { isSameList, ReferenceCheck } from "./reference-check.ts";
import { revisionOf, revisionOfAll } from "./revision.ts";
import type { Revisions, RoutingSnapshot, SnapshotFragment } from "./snapshot.ts";

/**
 * Makes a snapshot of a fragment: check references, order, hash each part, freeze.
 * @throws {SealError} on a reference to nothing or a name used twice.
 */
export function seal(fragment: SnapshotFragment): RoutingSnapshot {
  return new Sealer().seal(fragment);
}

/** The snapshot before the first source has spoken. */
export function emptySnapshot(): RoutingSnapshot {
  return seal({ virtualHosts: [], upstreams: [], certificates: [] });
}

/** Parts of one kind, as they were sealed. */
interface SealedKind {
  readonly parts: readonly unknown[];
  readonly revisions: Readonly<Record<string, string>>;
}

/**
 * Seals again and again. What was sealed is frozen, so a part that is identical to one before is not hashed again, and a kind all of whose parts
 * are identical is the same as before. Each snapshot is what `seal` would give.
 */
export class Sealer {
  readonly #revisions = new WeakMap<object, string>();
  readonly #references = new ReferenceCheck();
  readonly #kinds = new Map<PartName, SealedKind>();

  /** @throws {SealError} as `seal` does */
  seal(fragment: SnapshotFragment): RoutingSnapshot {
    this.#references.check(fragment);
    const parts: AnyParts = {};
    const revisions: Partial<Record<PartName, Readonly<Record<string, string>>>> = {};
    for (const [name, { key }] of PARTS) {
      const given = fragment[name];
      if (given === undefined) continue;
      const sealed = this.#sealKind(this.#kinds.get(name), ordered(given, key), key);
      this.#kinds.set(name, sealed);
      parts[name] = sealed.parts;
      revisions[name] = sealed.revisions;
    }
    return assemble(parts, revisions as Revisions, revisionOfAll(revisions));
  }

  #sealKind(before: SealedKind | undefined, parts: readonly unknown[], key: (part: unknown) => string): SealedKind {
    if (before !== undefined && isSameList(parts, before.parts)) return before;
    const revisions = Object.create(null) as Record<string, string>;
    for (const part of parts) revisions[key(part)] = this.#revisionOf(part as object);
    return { parts: [...parts], revisions };
  }

  #revisionOf(part: object): string {
    const known = this.#revisions.get(part) ?? revisionOf(part);
    this.#revisions.set(part, known);
    return known;
  }
}
