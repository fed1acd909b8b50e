import { type AnyParts, assemble, deepFreeze, ordered, type PartName, PARTS } from "./parts.ts";
import { revisionOfAll, type RevisionsOfKind, revisionsOf } from "./revision.ts";
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
    if (next.revisions[name] === undefined) continue;
    parts[name] = changesOfKind(kindOf(base, name), kindOf(next, name), key);
  }
  return { base: base?.revision ?? null, revision: next.revision, parts };
}

interface Kind {
  /** In order. */
  readonly parts: readonly unknown[];
  readonly revisions: RevisionsOfKind;
}

const NOTHING: Kind = { parts: [], revisions: revisionsOf([], () => ({ key: "", revision: "" })) };

function kindOf(snapshot: RoutingSnapshot | null, name: PartName): Kind {
  const [parts, revisions] = [snapshot?.[name], snapshot?.revisions[name]];
  return parts === undefined || revisions === undefined ? NOTHING : { parts, revisions };
}

/** Goes through both in their order, in which most parts are the same. */
function changesOfKind(before: Kind, next: Kind, key: (part: unknown) => string): PartChanges {
  const put: PartChanges["put"][number][] = [];
  const removed: string[] = [];
  if (before.revisions === next.revisions) return { put, removed };
  let at = 0;
  const passed = (until: string | null): void => {
    for (; at < before.parts.length; at += 1) {
      const name = key(before.parts[at]);
      if (until !== null && name >= until) return;
      removed.push(name);
    }
  };
  for (const part of next.parts) {
    if (part !== before.parts[at]) {
      const name = key(part);
      passed(name);
      const revision = next.revisions[name] as string;
      const was = before.revisions[name];
      if (was !== revision) put.push({ part, revision });
      if (was === undefined) continue;
    }
    at += 1;
  }
  passed(null);
  return { put, removed };
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
    const kind = kindOf(from, name);
    const next = isNothing(changed) && from?.[name] !== undefined ? kind : changedKind(kind, changed, key);
    parts[name] = next.parts;
    revisions[name] = next.revisions;
  }
  if (revisionOfAll(revisions) !== changes.revision) return null;
  return assemble(parts, revisions as Revisions, changes.revision);
}

function isNothing({ put, removed }: PartChanges): boolean {
  return put.length === 0 && removed.length === 0;
}

/** Each part stays where it was, so that there is nothing to be sorted where none is added. */
function changedKind(before: Kind, { put, removed }: PartChanges, key: (part: unknown) => string): Kind {
  const gone = new Set(removed);
  const changed = new Map(put.map((entry) => [key(entry.part), entry]));
  const added = new Map(changed);
  const now: unknown[] = [];
  for (const part of before.parts) {
    const name = key(part);
    added.delete(name);
    if (!gone.has(name)) now.push(changed.get(name)?.part ?? part);
  }
  for (const { part } of put) deepFreeze(part as object);
  const parts = added.size === 0 ? now : [...ordered([...now, ...Array.from(added.values(), ({ part }) => part)], key)];
  const revisions = revisionsOf(parts, (part) => {
    const name = key(part);
    return { key: name, revision: changed.get(name)?.revision ?? (before.revisions[name] as string) };
  });
  return { parts, revisions };
}
