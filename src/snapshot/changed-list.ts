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
  const now: Element[] = [];
  let at = 0;
  let same = true;
  for (const [key, element] of [...changes].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    const place = placeOf(list, key, at, keyOf);
    for (; at < place; at += 1) now.push(list[at] as Element);
    const isThere = at < list.length && keyOf(list[at] as Element) === key;
    const before = isThere ? list[at] : undefined;
    if (before !== element) same = false;
    if (isThere) at += 1;
    if (element !== undefined) now.push(element);
  }
  if (same) return list;
  for (; at < list.length; at += 1) now.push(list[at] as Element);
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
