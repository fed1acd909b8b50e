/**
 * Whether a version is older than another of the same kind of objects, as far as can be told; unequal ones that are no numbers: false.
 * Versions are opaque to us: nothing is decided by this, but that a stream which goes backwards is not believed and everything is listed anew.
 */
export function goesBackwards(version: string, from: string): boolean {
  if (!DIGITS.test(version) || !DIGITS.test(from)) return false;
  return version.length === from.length ? version < from : version.length < from.length;
}

const DIGITS = /^[1-9]\d*$/;
