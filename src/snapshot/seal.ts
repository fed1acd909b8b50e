import { difference } from "./difference.ts";
import { type AnyParts, assemble, deepFreeze, ordered, type PartName, PARTS } from "./parts.ts";
import { ReferenceCheck } from "./reference-check.ts";
import { revisionOf } from "./revision.ts";
import { revisionOfAll, RevisionsOfKind } from "./revisions.ts";
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
  readonly given: readonly object[];
  /** They were given in order. */
  readonly isOrdered: boolean;
  /** In order. */
  readonly parts: readonly object[];
  readonly revisions: RevisionsOfKind;
}

const NOTHING: SealedKind = { given: [], isOrdered: true, parts: [], revisions: RevisionsOfKind.none };

/**
 * Seals again and again. What was sealed is frozen, so a part that is identical to one before is not hashed again, and a kind all of whose parts
 * are identical is the same as before. Each snapshot is what `seal` would give.
 */
export class Sealer {
  readonly #references = new ReferenceCheck();
  readonly #kinds = new Map<PartName, SealedKind>();

  /** @throws {SealError} as `seal` does; this one is of no use any more then */
  seal(fragment: SnapshotFragment): RoutingSnapshot {
    this.#references.check(fragment);
    const parts: AnyParts = {};
    const revisions: Partial<Record<PartName, RevisionsOfKind>> = {};
    for (const [name, { key }] of PARTS) {
      const given = fragment[name];
      if (given === undefined) continue;
      const sealed = sealKind(this.#kinds.get(name) ?? NOTHING, given, key);
      this.#kinds.set(name, sealed);
      parts[name] = sealed.parts;
      revisions[name] = sealed.revisions;
    }
    return assemble(parts, revisions as Revisions, revisionOfAll(revisions));
  }
}

function sealKind(before: SealedKind, given: readonly object[], key: (part: unknown) => string): SealedKind {
  const { gone, come, places, inOrder } = difference(before.given, given);
  if (before !== NOTHING && gone.length === 0 && come.length === 0 && inOrder) return before;
  const changes = new Map<string, string | undefined>();
  for (const part of gone) changes.set(key(part), undefined);
  for (const part of come) changes.set(key(part), revisionOf(deepFreeze(part)));
  const isOrdered = before.isOrdered && inOrder && places.every((place) => isInPlace(given, place, key));
  const parts = [...(isOrdered ? given : ordered(given, key))];
  return { given, isOrdered, parts, revisions: before.revisions.with(changes) };
}

/** Whether a part is in order with those beside it. */
function isInPlace(parts: readonly object[], place: number, key: (part: unknown) => string): boolean {
  const isBefore = (at: number): boolean => at < 0 || at + 1 >= parts.length || key(parts[at]) < key(parts[at + 1]);
  return isBefore(place - 1) && isBefore(place);
}
