import { type AnyParts, assemble, ordered, type PartName, PARTS } from "./parts.ts";
import { revisionOfAll } from "./revision.ts";
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
    parts[name] = before === revisions ? UNCHANGED : changesOfKind(before, revisions, next[name] ?? [], key);
  }
  return { base: base?.revision ?? null, revision: next.revision, parts };
}

const NOTHING: Readonly<Record<string, string>> = Object.create(null) as Record<string, string>;
const UNCHANGED: PartChanges = { put: [], removed: [] };

function changesOfKind(
  before: Readonly<Record<string, string>>,
  revisions: Readonly<Record<string, string>>,
  parts: readonly unknown[],
  key: (part: unknown) => string,
): PartChanges {
  const put: PartChanges["put"][number][] = [];
  for (const part of parts) {
    const name = key(part);
    const revision = revisions[name] as string;
    if (before[name] !== revision) put.push({ part, revision });
  }
  return { put, removed: Object.keys(before).filter((gone) => !Object.hasOwn(revisions, gone)) };
}

/**
 * @returns exactly the snapshot that the changes lead to; null when they do not begin at `base`, or do not lead where they say: then
 * everything has to be asked for
 */
export function applyChanges(base: RoutingSnapshot | null, changes: SnapshotChanges): RoutingSnapshot | null {
  if (changes.base !== null && changes.base !== base?.revision) return null;
  const from = changes.base === null ? null : base;
  const parts: AnyParts = {};
  const revisions: Partial<Record<PartName, Readonly<Record<string, string>>>> = {};
  for (const [name, { key }] of PARTS) {
    const changed = changes.parts[name];
    if (changed === undefined) continue;
    const kind = { parts: from?.[name] ?? [], revisions: from?.revisions[name] ?? NOTHING };
    const next = isNothing(changed) && from?.[name] !== undefined ? kind : changedKind(kind, changed, key);
    parts[name] = next.parts;
    revisions[name] = next.revisions;
  }
  if (revisionOfAll(revisions) !== changes.revision) return null;
  return assemble(parts, revisions as Revisions, changes.revision);
}

interface Kind {
  readonly parts: readonly unknown[];
  readonly revisions: Readonly<Record<string, string>>;
}

function isNothing({ put, removed }: PartChanges): boolean {
  return put.length === 0 && removed.length === 0;
}

function changedKind(before: Kind, { put, removed }: PartChanges, key: (part: unknown) => string): Kind {
  const changed = new Map(put.map((entry) => [key(entry.part), entry]));
  const gone = new Set(removed);
  const stays = before.parts.filter((part) => !gone.has(key(part)));
  const present = new Set(stays.map(key));
  const added = put.filter(({ part }) => !present.has(key(part)));
  // Each stays where it was, so that there is nothing to be sorted where none is added.
  const now = stays.map((part) => changed.get(key(part))?.part ?? part);
  const parts = ordered([...now, ...added.map(({ part }) => part)], key);
  const revisions = Object.create(null) as Record<string, string>;
  for (const part of parts) {
    const name = key(part);
    revisions[name] = changed.get(name)?.revision ?? (before.revisions[name] as string);
  }
  return { parts, revisions };
}
