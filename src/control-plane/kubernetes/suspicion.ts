import type { KnownObjects, Listing } from "./known-objects.ts";

/** How often a list has to say the same before it is believed after all. */
const CONFIRMATIONS = 2;

/**
 * Doubts a new list that lacks more than half of what was known, or everything: rather an etcd restored from an old backup, a filter of
 * permissions, or another cluster, than the wish of anybody. (Deletions seen one by one in a watch are never doubted.)
 */
export class Suspicion {
  #confirmations = 0;

  /** @returns what is suspicious; null: the list may be taken, for it looks well, or has been confirmed twice. */
  judge(known: Pick<KnownObjects<unknown>, "size" | "stillIn">, listing: Listing): string | null {
    const kept = known.stillIn(listing);
    const suspicious = known.size > 0 && kept * 2 < known.size;
    if (!suspicious || this.#confirmations === CONFIRMATIONS) {
      this.#confirmations = 0;
      return null;
    }
    this.#confirmations += 1;
    return `of ${known.size} objects ${known.size - kept} are gone from a new list at once`;
  }
}
