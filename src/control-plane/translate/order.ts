import { compareText } from "./compare-text.ts";
import type { ClassedIngress } from "./ingress-class.ts";

/**
 * Oldest first, and among equals namespace/name descending, as ingress-nginx has it: who comes first wins a contested path.
 * Objects without a creation time (all those of a folder) are tied, and older than any other.
 */
export function oldestFirst(ingresses: readonly ClassedIngress[]): ClassedIngress[] {
  return ingresses.toSorted(({ ingress: a, key: keyOfA }, { ingress: b, key: keyOfB }) => {
    const age = (a.metadata.creationTimestamp ?? 0) - (b.metadata.creationTimestamp ?? 0);
    return age === 0 ? compareText(keyOfB, keyOfA) : age;
  });
}
