import type { Ingress } from "../resources/ingress.ts";
import { keyOf } from "../resources/resource-key.ts";
import { compareText } from "./compare-text.ts";

/** What an Ingress asks for, or has made of it. */
interface OfIngress {
  readonly ingress: Ingress;
}

/**
 * Oldest first, and among equals namespace/name descending, as ingress-nginx has it: who comes first wins a contested path.
 * Objects without a creation time (all those of a folder) are tied, and older than any other.
 */
export function byAge({ ingress: a }: OfIngress, { ingress: b }: OfIngress): number {
  return bornAt(a) - bornAt(b) || compareText(keyOf(b), keyOf(a));
}

/** Puts one among others that are in order, behind those of its own Ingress. @returns another list */
export function amongOlder<Thing extends OfIngress>(ordered: readonly Thing[], one: Thing): readonly Thing[] {
  const place = ordered.findLastIndex((other) => byAge(other, one) <= 0) + 1;
  return ordered.toSpliced(place, 0, one);
}

function bornAt({ metadata }: Ingress): number {
  return metadata.creationTimestamp ?? 0;
}
