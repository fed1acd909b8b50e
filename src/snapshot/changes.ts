import { type AnyParts, assemble, ordered, type PartName, PARTS } from "./parts.ts";
import { revisionOf } from "./revision.ts";
import type { Revisions, RoutingSnapshot } from "./snapshot.ts";

/** What became of the parts of one kind. */
export interface PartChanges {
  /** New and changed parts with their revisions. */
  readonly put: readonly { readonly part: unknown; readonly revision: string }[];
  /** Keys. */
  readonly removed: readonly string[];
}

/** The way from one snapshot to another, as plain data: all that has to be sent to somebody who has the first. */
export interface SnapshotChanges {
  /** Revision of the snapshot they apply to; null for none: then they hold everything. */
  readonly base: string | null;
  /** Revision of the snapshot they lead to. */
  readonly revision: string;
  /** A kind that the snapshot they lead to does not have is absent. */
  readonly parts: Partial<Record<PartName, PartChanges>>;
}

/** @param base what the other side has; null for nothing */
export function changesBetween(base: RoutingSnapshot | null, next: RoutingSnapshot): SnapshotChanges {
  const parts: Partial<Record<PartName, PartChanges>> = {};
  for (const [name, { key }] of PARTS) {
    const revisions = next.revisions[name];
    if (revisions === undefined) continue;
    const before = base?.revisions[name] ?? NOTHING;
    const put = (next[name] as readonly unknown[])
      .map((part) => ({ part, revision: revisions[key(part)] as string, before: before[key(part)] }))
      .filter((entry) => entry.revision !== entry.before)
      .map(({ part, revision }) => ({ part, revision }));
    parts[name] = { put, removed: Object.keys(before).filter((gone) => !Object.hasOwn(revisions, gone)) };
  }
  return { base: base?.revision ?? null, revision: next.revision, parts };
}

/**
 * @returns exactly the snapshot that the changes lead to; null when they do not begin at `base`, or do not lead where they say: then
 * everything has to be asked for
 */
export function applyChanges(base: RoutingSnapshot | null, changes: SnapshotChanges): RoutingSnapshot | null {
  if (changes.base !== null && changes.base !== base?.revision) return null;
  const parts: AnyParts = {};
  const revisions: Partial<Record<PartName, Record<string, string>>> = {};
  for (const [name, { key }] of PARTS) {
    const changed = changes.parts[name];
    if (changed === undefined) continue;
    const known = new Map<string, { readonly part: unknown; readonly revision: string }>();
    const before = changes.base === null ? undefined : base?.revisions[name];
    if (before !== undefined) {
      for (const part of base?.[name] ?? []) known.set(key(part), { part, revision: before[key(part)] as string });
    }
    for (const gone of changed.removed) known.delete(gone);
    for (const entry of changed.put) known.set(key(entry.part), entry);
    parts[name] = [...known.values()].map(({ part }) => part);
    revisions[name] = inOrder(known);
  }
  if (revisionOf(revisions) !== changes.revision) return null;
  return assemble(ordered(parts), revisions as Revisions, changes.revision);
}

const NOTHING: Readonly<Record<string, string>> = Object.create(null) as Record<string, string>;

function inOrder(known: ReadonlyMap<string, { readonly revision: string }>): Record<string, string> {
  const result = Object.create(null) as Record<string, string>;
  for (const key of [...known.keys()].toSorted((a, b) => (a < b ? -1 : 1))) {
    result[key] = (known.get(key) as { revision: string }).revision;
  }
  return result;
}
