import type { SnapshotFragment } from "../../snapshot/snapshot.ts";
import type { Diagnostic } from "./diagnostic.ts";

/** What translating gives: a fragment of a snapshot, and every problem met on the way. */
export interface Translation {
  readonly fragment: SnapshotFragment;
  readonly diagnostics: readonly Diagnostic[];
}
