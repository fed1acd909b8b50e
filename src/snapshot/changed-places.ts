/**
 * Where two lists hold different objects, if each place is that of one name in both; null if some object came, went or moved. A store keeps the
 * place of an object that it replaces, so that this is what most changes are: whoever made something of a list has to look at these places alone.
 */
export function changedPlaces<Element>(
  before: readonly Element[],
  now: readonly Element[],
  haveOneName: (a: Element, b: Element) => boolean,
): readonly number[] | null {
  if (before === now) return [];
  if (before.length !== now.length) return null;
  const places: number[] = [];
  for (let place = 0; place < now.length; place += 1) {
    const [was, is] = [before[place] as Element, now[place] as Element];
    if (was === is) continue;
    if (!haveOneName(was, is)) return null;
    places.push(place);
  }
  return places;
}
