import { changedPlaces } from "../../../snapshot/changed-places.ts";
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
    const places = changedPlaces(this.#kept, kept, isPlain);
    if (places === null) this.#readAll(kept);
    else if (places.length > 0) this.#replace(kept, places);
    this.#kept = kept;
  }

  #readAll(kept: readonly Kept[]): void {
    this.diagnostics = kept.flatMap(({ diagnostics }) => diagnostics);
    this.resources = kept.flatMap(({ resource }) => resource ?? []);
  }

  #replace(kept: readonly Kept[], places: readonly number[]): void {
    if (kept.length !== this.resources.length) return this.#readAll(kept);
    const resources = [...this.resources];
    for (const place of places) resources[place] = kept[place]?.resource as KnownResource;
    this.resources = resources;
  }
}

/** Both were read, without a word. */
function isPlain(before: Kept, now: Kept): boolean {
  return [before, now].every(({ resource, diagnostics }) => resource !== null && diagnostics.length === 0);
}
