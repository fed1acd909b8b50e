/** The candidate that differs from `name` by the fewest edits, if at most a quarter of it does. */
export function nearestName(name: string, candidates: readonly string[]): string | null {
  let best: string | null = null;
  let most = Math.min(3, Math.floor(name.length / 4));
  for (const candidate of candidates) {
    const distance = editDistance(name, candidate, most);
    if (distance > most || (distance === most && best !== null)) continue;
    best = candidate;
    most = distance;
  }
  return best;
}

/**
 * Levenshtein: insertions, deletions and substitutions. Whoever may write an Ingress could have thousands of names compared with each of
 * ours, so that of the table only what can lead to `most` is computed.
 * @returns something above `most` where there are more
 */
function editDistance(a: string, b: string, most: number): number {
  const beyond = most + 1;
  if (Math.abs(a.length - b.length) > most) return beyond;
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let row = 1; row <= a.length; row++) {
    const from = Math.max(1, row - most);
    const to = Math.min(b.length, row + most);
    const current = Array<number>(b.length + 1).fill(beyond);
    current[0] = row;
    let least = row;
    for (let column = from; column <= to; column++) {
      const substituted = (previous[column - 1] ?? beyond) + (a[row - 1] === b[column - 1] ? 0 : 1);
      const edits = Math.min(substituted, (previous[column] ?? beyond) + 1, (current[column - 1] ?? beyond) + 1);
      current[column] = edits;
      least = Math.min(least, edits);
    }
    if (least > most) return beyond;
    previous = current;
  }
  return previous[b.length] ?? beyond;
}
