import * as fc from "fast-check";
import { expect, test } from "vitest";
import { RevisionsOfKind } from "../../src/snapshot/revisions.ts";

// Few keys, of which some fall together; among them such as objects have by themselves.
const keys = fc.oneof(fc.constantFrom("__proto__", "constructor", "10", "9", ""), fc.nat(300).map(String));
const revisions = fc.option(fc.constantFrom("one", "two"), { nil: undefined });
const changes = fc.array(fc.tuple(keys, revisions), { maxLength: 40 }).map((pairs) => new Map(pairs));

const onlyThere = (all: ReadonlyMap<string, string | undefined>): [string, string][] =>
  [...all].flatMap(([key, revision]) => (revision === undefined ? [] : [[key, revision]]));

test("however they came to be, equal content has an equal digest, and other content another", () => {
  fc.assert(
    fc.property(fc.array(changes, { minLength: 1, maxLength: 6 }), changes, (history, other) => {
      const there = new Map(history.flatMap((step) => [...step]));
      const grown = history.reduce((all, step) => all.with(step), RevisionsOfKind.none);
      const atOnce = RevisionsOfKind.none.with(new Map(onlyThere(there).toReversed()));
      expect(grown.digest).toBe(atOnce.digest);
      expect(new Map(Object.entries(grown.toJSON()))).toEqual(new Map(onlyThere(there)));
      for (const [key, revision] of there) expect(grown.get(key)).toBe(revision);
      const next = grown.with(other);
      const isOther = [...other].some(([key, revision]) => grown.get(key) !== revision);
      expect(next.digest === grown.digest).toBe(!isOther);
      expect(next === grown).toBe(!isOther);
    }),
  );
});

test("a key and its revision do not run into each other", () => {
  const of = (...pairs: [string, string][]): string => RevisionsOfKind.none.with(new Map(pairs)).digest;
  expect(new Set([of(["a", "b c"]), of(["a b", "c"]), of(["a", "b"]), of(["a", "b"], ["", ""])]).size).toBe(4);
});
