import type { KnownResource } from "../../resources/resource-set.ts";
import type { Diagnostic } from "../../translate/diagnostic.ts";
import type { Kept } from "./read-kept.ts";

/** The resources of what is kept of a kind, again and again. Where some were replaced, nothing is done for the others. */
export class KeptResources {
  #kept: readonly Kept[] = [];
  resources: readonly KnownResource[] = [];
  /** What could not be read of them. */
  diagnostics: readonly Diagnostic[] = [];

  follow(kept: readonly Kept[]): void {
    const before = this.#kept;
    if (kept === before) return;
    this.#kept = kept;
    const places = kept.length === before.length ? othersIn(kept, before) : null;
    // What stands in each place was read, and without a word.
    const plain =
      kept.length === this.resources.length && places?.every((at) => isPlain(before[at]) && isPlain(kept[at]));
    if (places !== null && plain === true) this.#replace(kept, places);
    else this.#readAll(kept);
  }

  #readAll(kept: readonly Kept[]): void {
    this.diagnostics = kept.flatMap(({ diagnostics }) => diagnostics);
    this.resources = kept.flatMap(({ resource }) => resource ?? []);
  }

  #replace(kept: readonly Kept[], places: readonly number[]): void {
    const resources = [...this.resources];
    for (const place of places) resources[place] = kept[place]?.resource as KnownResource;
    this.resources = resources;
  }
}

/** The places at which two lists of one length are not the same. */
function othersIn(kept: readonly Kept[], before: readonly Kept[]): number[] {
  const places: number[] = [];
  for (let place = 0; place < kept.length; place += 1) if (kept[place] !== before[place]) places.push(place);
  return places;
}

function isPlain(kept: Kept | undefined): boolean {
  return kept !== undefined && kept.resource !== null && kept.diagnostics.length === 0;
}
