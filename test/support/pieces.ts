import * as fc from "fast-check";

/** `octets` in latin1, cut at these places, which count from the start and may lie beyond the end. */
export function cut(octets: string, places: readonly number[]): Buffer[] {
  const at = [...new Set([0, ...places.filter((place) => place < octets.length), octets.length])].toSorted(
    (a, b) => a - b,
  );
  return at.slice(1).map((end, index) => Buffer.from(octets.slice(at[index], end), "latin1"));
}

/** Where a message is cut: nowhere, here and there, or everywhere. */
export const anyCuts: fc.Arbitrary<readonly number[]> = fc.oneof(
  fc.constant([]),
  fc.array(fc.nat(60), { maxLength: 8 }),
  fc.array(fc.nat(1000), { maxLength: 20 }),
  fc.constant(Array.from({ length: 4000 }, (_, index) => index)),
);
