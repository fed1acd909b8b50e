import { changesBetween, type SnapshotChanges } from "../snapshot/changes.ts";
import type { RoutingSnapshot } from "../snapshot/snapshot.ts";

/** What a worker is sent of snapshots: one whole, then of each what changed since the last. */
export class SentSnapshots {
  #sent: RoutingSnapshot | null = null;

  /** Whether it was sent any. */
  get begun(): boolean {
    return this.#sent !== null;
  }

  /** All of one: for a worker that has none, or asks for it. */
  whole(snapshot: RoutingSnapshot): SnapshotChanges {
    this.#sent = snapshot;
    return changesBetween(null, snapshot);
  }

  /** @returns null where there is nothing to be sent: it has this one, or has not begun and gets the latest when it does */
  next(snapshot: RoutingSnapshot): SnapshotChanges | null {
    const before = this.#sent;
    if (before === null || before === snapshot) return null;
    this.#sent = snapshot;
    return changesBetween(before, snapshot);
  }
}
