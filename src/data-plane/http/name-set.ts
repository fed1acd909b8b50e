/**
 * A set of field names that answers "no" without hashing: most fields of most messages differ from every name of the set in length or
 * first character, and hashing each of them was 2 % of a request.
 */
export class NameSet {
  readonly #names: ReadonlySet<string>;
  readonly #possible = new Uint8Array(64 * 128);

  constructor(lowerNames: readonly string[]) {
    this.#names = new Set(lowerNames);
    for (const name of lowerNames) this.#possible[slot(name)] = 1;
  }

  has(lowerName: string): boolean {
    return this.#possible[slot(lowerName)] === 1 && this.#names.has(lowerName);
  }
}

function slot(name: string): number {
  return ((name.length & 63) << 7) | (name.charCodeAt(0) & 127);
}
