/**
 * Names "namespace/name" in the order in which they are taken where there are too many: one of each namespace in turn, so that nobody who
 * names a thousand stands in the way of those who name one.
 */
export function inTurns(names: Iterable<string>): string[] {
  const sorted = [...new Set(names)].toSorted((a, b) => (a < b ? -1 : 1));
  const taken = new Map<string, number>();
  const turns = sorted.map((name) => {
    const namespace = name.slice(0, name.indexOf("/"));
    const turn = taken.get(namespace) ?? 0;
    taken.set(namespace, turn + 1);
    return { name, turn };
  });
  return turns.toSorted((a, b) => a.turn - b.turn).map(({ name }) => name);
}
