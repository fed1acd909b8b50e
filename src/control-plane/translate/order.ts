import { changedPlaces } from "../../snapshot/changed-places.ts";
import { compareText } from "./compare-text.ts";
import type { ClassedIngress } from "./ingress-class.ts";

/**
 * Oldest first, and among equals namespace/name descending, as ingress-nginx has it: who comes first wins a contested path.
 * Objects without a creation time (all those of a folder) are tied, and older than any other.
 * Again and again: where Ingresses were replaced by others of the same age, the order is known.
 */
export class OldestFirst {
  #before: readonly ClassedIngress[] = [];
  #ordered: readonly ClassedIngress[] = [];

  of(ingresses: readonly ClassedIngress[]): readonly ClassedIngress[] {
    const places = changedPlaces(this.#before, ingresses, (a, b) => a.key === b.key && bornAt(a) === bornAt(b));
    if (places === null) this.#ordered = ingresses.toSorted(byAge);
    else if (places.length > 0) {
      const next = new Map(places.map((place) => [this.#before[place], ingresses[place] as ClassedIngress]));
      this.#ordered = this.#ordered.map((one) => next.get(one) ?? one);
    }
    this.#before = ingresses;
    return this.#ordered;
  }
}

function byAge(a: ClassedIngress, b: ClassedIngress): number {
  const age = bornAt(a) - bornAt(b);
  return age === 0 ? compareText(b.key, a.key) : age;
}

function bornAt({ ingress }: ClassedIngress): number {
  return ingress.metadata.creationTimestamp ?? 0;
}
