import { changedPlaces } from "./changed-places.ts";
import { type AnyParts, assemble, deepFreeze, ordered, type PartName, PARTS } from "./parts.ts";
import { ReferenceCheck } from "./reference-check.ts";
import { revisionOf, revisionOfAll, type RevisionsOfKind, revisionsOf } from "./revision.ts";
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
  readonly revisions: RevisionsOfKind;
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
      const sealed = this.#sealKind(this.#kinds.get(name), given, key);
      this.#kinds.set(name, sealed);
      parts[name] = sealed.parts;
      revisions[name] = sealed.revisions;
    }
    return assemble(parts, revisions as Revisions, revisionOfAll(revisions));
  }

  #sealKind(before: SealedKind | undefined, given: readonly unknown[], key: (part: unknown) => string): SealedKind {
    const changed = before && changedPlaces(before.parts, given, (a, b) => key(a) === key(b));
    if (before !== undefined && changed?.length === 0) return before;
    // Where all keys are those of before, so is their order.
    const parts = changed ? [...given] : [...ordered(given, key)];
    return {
      parts,
      revisions: revisionsOf(parts, (part) => ({ key: key(part), revision: this.#revisionOf(part as object) })),
    };
  }

  #revisionOf(part: object): string {
    const known = this.#revisions.get(part);
    if (known !== undefined) return known;
    const revision = revisionOf(deepFreeze(part));
    this.#revisions.set(part, revision);
    return revision;
  }
}
