/**
 * A list in the order of its keys, by code units, with some of it changed: the same list where nothing of it is. What is not changed is copied by
 * reference and never looked at.
 * @param changes by key, what is there now; undefined: nothing
 */
export function changedList<Element>(
  list: readonly Element[],
  changes: ReadonlyMap<string, Element | undefined>,
  keyOf: (element: Element) => string,
): readonly Element[] {
  const steps: Step<Element>[] = [];
  let from = 0;
  for (const [key, element] of [...changes].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    const place = placeOf(list, key, from, keyOf);
    const isThere = place < list.length && keyOf(list[place] as Element) === key;
    if ((isThere ? list[place] : undefined) !== element) steps.push({ place, isThere, element });
    from = isThere ? place + 1 : place;
  }
  if (steps.length === 0) return list;
  return steps.every(({ isThere, element }) => isThere && element !== undefined)
    ? replaced(list, steps)
    : rebuilt(list, steps);
}

interface Step<Element> {
  readonly place: number;
  /** One of the same key is at the place; else the element comes before what is there. */
  readonly isThere: boolean;
  readonly element: Element | undefined;
}

function replaced<Element>(list: readonly Element[], steps: readonly Step<Element>[]): readonly Element[] {
  const now = [...list];
  for (const { place, element } of steps) now[place] = element as Element;
  return now;
}

function rebuilt<Element>(list: readonly Element[], steps: readonly Step<Element>[]): readonly Element[] {
  const all = [...list];
  const now: Element[] = [];
  let at = 0;
  for (const { place, isThere, element } of steps) {
    for (; at < place; at += 1) now.push(all[at] as Element);
    if (isThere) at += 1;
    if (element !== undefined) now.push(element);
  }
  for (; at < all.length; at += 1) now.push(all[at] as Element);
  return now;
}

/** Of the first whose key is not before this one. */
function placeOf<Element>(
  list: readonly Element[],
  key: string,
  from: number,
  keyOf: (element: Element) => string,
): number {
  let [low, high] = [from, list.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (keyOf(list[middle] as Element) < key) low = middle + 1;
    else high = middle;
  }
  return low;
}
