import type { Revisions, RoutingSnapshot, SnapshotFragment } from "./snapshot.ts";

export type PartName = keyof SnapshotFragment;

/** A virtual host, an upstream, a certificate, a stream, a setting. */
export type Part<Name extends PartName> = NonNullable<SnapshotFragment[Name]>[number];

interface PartKind<Value> {
  /** What its parts are called in messages, in the plural. */
  readonly title: string;
  /** Unique among the parts of the kind; a part with the same key is the same part, changed. */
  readonly key: (part: Value) => string;
}

/**
 * What a snapshot consists of, in the order in which it is hashed and shown. A new kind of part is a field of `SnapshotFragment` (optional, and
 * absent when unused, so that the revisions of snapshots without it stay what they are) and a row here.
 */
const KINDS: { readonly [Name in PartName]-?: PartKind<Part<Name>> } = {
  virtualHosts: { title: "hosts", key: (part) => part.host },
  upstreams: { title: "upstreams", key: (part) => part.name },
  certificates: { title: "certificates", key: (part) => part.name },
  streams: { title: "streams", key: (part) => part.name },
  settings: { title: "settings", key: (part) => part.name },
};

/** The kinds without their types, for whoever treats all of them alike. */
export const PARTS = Object.entries(KINDS) as readonly (readonly [PartName, PartKind<unknown>])[];

/** Parts by kind, without their types. A kind that a snapshot does not have is absent. */
export type AnyParts = Partial<Record<PartName, readonly object[]>>;

/** Parts of one kind in order of their keys, by code units. */
export function ordered(parts: readonly object[], key: (part: unknown) => string): readonly object[] {
  const keys = parts.map(key);
  // Those who make parts make them in order, and so this is nearly all there is to do.
  if (keys.every((one, index) => index === 0 || (keys[index - 1] as string) < one)) return parts;
  const keyed = parts.map((part, index) => ({ part, key: keys[index] as string }));
  return keyed.toSorted((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0)).map(({ part }) => part);
}

/** Parts in order, each frozen, with their revisions, as one snapshot, frozen. */
export function assemble(parts: AnyParts, revisions: Revisions, revision: string): RoutingSnapshot {
  for (const one of Object.values(parts)) Object.freeze(one);
  // The one place where kinds get their types back.
  return Object.freeze({ ...parts, revisions: Object.freeze(revisions), revision }) as RoutingSnapshot;
}

/** Freezes a part with all that is in it. */
export function deepFreeze<Value extends object>(value: Value): Value {
  for (const inner of Object.values(value)) {
    if (typeof inner === "object" && inner !== null && !Object.isFrozen(inner)) deepFreeze(inner as object);
  }
  return Object.freeze(value);
}
