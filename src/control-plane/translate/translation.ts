import type { SnapshotFragment } from "../../snapshot/snapshot.ts";
import type { Diagnostic } from "./diagnostic.ts";

/** What translating gives: a fragment of a snapshot, and every problem met on the way. */
export interface Translation {
  readonly fragment: SnapshotFragment;
  readonly diagnostics: readonly Diagnostic[];
  /** "namespace/name" of every Ingress that is ours, also of those that are not served for some reason. */
  readonly ours: readonly string[];
}
