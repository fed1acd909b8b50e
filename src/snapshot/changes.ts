import { changedList } from "./changed-list.ts";
import { difference } from "./difference.ts";
import { type AnyParts, assemble, deepFreeze, type PartName, PARTS } from "./parts.ts";
import { revisionOfAll, RevisionsOfKind } from "./revisions.ts";
import type { Revisions, RoutingSnapshot } from "./snapshot.ts";

/** What became of the parts of one kind. */
export interface PartChanges {
  /** New and changed parts with their revisions. */
  readonly put: readonly { readonly part: object; readonly revision: string }[];
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

/** The last way that was found to a snapshot: every worker is sent the same. */
const found = new WeakMap<RoutingSnapshot, SnapshotChanges>();

/** @param base what the other side has; null for nothing */
export function changesBetween(base: RoutingSnapshot | null, next: RoutingSnapshot): SnapshotChanges {
  const from = base?.revision ?? null;
  const known = found.get(next);
  if (known?.base === from) return known;
  const parts: Partial<Record<PartName, PartChanges>> = {};
  for (const [name, { key }] of PARTS) {
    if (next.revisions[name] === undefined) continue;
    parts[name] = changesOfKind(kindOf(base, name), kindOf(next, name), key);
  }
  const changes = { base: from, revision: next.revision, parts };
  found.set(next, changes);
  return changes;
}

interface Kind {
  /** In order. */
  readonly parts: readonly object[];
  readonly revisions: RevisionsOfKind;
}

const NOTHING: Kind = { parts: [], revisions: RevisionsOfKind.none };

function kindOf(snapshot: RoutingSnapshot | null, name: PartName): Kind {
  const [parts, revisions] = [snapshot?.[name], snapshot?.revisions[name]];
  return parts === undefined || revisions === undefined ? NOTHING : { parts, revisions };
}

function changesOfKind(before: Kind, next: Kind, key: (part: unknown) => string): PartChanges {
  if (before.revisions === next.revisions) return { put: [], removed: [] };
  const { gone, come } = difference(before.parts, next.parts);
  const put = come.flatMap((part) => {
    const name = key(part);
    const revision = next.revisions.get(name) as string;
    return before.revisions.get(name) === revision ? [] : [{ part, revision }];
  });
  return { put, removed: gone.map(key).filter((name) => next.revisions.get(name) === undefined) };
}

/**
 * @returns exactly the snapshot that the changes lead to; null when they do not begin at `base`, or do not lead where they say: then
 * everything has to be asked for
 */
export function applyChanges(base: RoutingSnapshot | null, changes: SnapshotChanges): RoutingSnapshot | null {
  if (changes.base !== null && changes.base !== base?.revision) return null;
  const from = changes.base === null ? null : base;
  const parts: AnyParts = {};
  const revisions: Partial<Record<PartName, RevisionsOfKind>> = {};
  for (const [name, { key }] of PARTS) {
    const changed = changes.parts[name];
    if (changed === undefined) continue;
    const next = changedKind(kindOf(from, name), changed, key);
    parts[name] = next.parts;
    revisions[name] = next.revisions;
  }
  if (revisionOfAll(revisions) !== changes.revision) return null;
  return assemble(parts, revisions as Revisions, changes.revision);
}

function changedKind(before: Kind, { put, removed }: PartChanges, key: (part: unknown) => string): Kind {
  const parts = new Map<string, object | undefined>();
  const revisions = new Map<string, string | undefined>();
  for (const name of removed) {
    parts.set(name, undefined);
    revisions.set(name, undefined);
  }
  for (const { part, revision } of put) {
    parts.set(key(part), deepFreeze(part));
    revisions.set(key(part), revision);
  }
  return { parts: changedList(before.parts, parts, key), revisions: before.revisions.with(revisions) };
}
