import * as fc from "fast-check";
import { expect, test } from "vitest";
import { difference } from "../../src/snapshot/difference.ts";

const OBJECTS = Array.from({ length: 120 }, (_, number) => ({ number }));
const lists = fc.shuffledSubarray(OBJECTS);
const orderedLists = fc.subarray(OBJECTS);

/** What a difference is, however it is found. */
function check(before: readonly object[], now: readonly object[]): void {
  const { gone, come, places, inOrder } = difference(before, now);
  expect(gone).toEqual(before.filter((one) => !now.includes(one)));
  expect(come).toEqual(now.filter((one) => !before.includes(one)));
  expect(places.map((place) => now[place])).toEqual(come);
  const [was, is] = [before.filter((one) => now.includes(one)), now.filter((one) => before.includes(one))];
  if (inOrder) expect(is).toEqual(was);
}

test("of any two lists, what is gone and what is come, and never an order that is not", () => {
  fc.assert(fc.property(lists, lists, check));
  fc.assert(fc.property(orderedLists, orderedLists, check));
});

test.each<[string, readonly object[]]>([
  ["nothing", OBJECTS],
  ["one replaced", OBJECTS.with(7, { number: 7 })],
  ["some beside each other replaced", OBJECTS.toSpliced(7, 3, { number: 1 }, { number: 2 }, { number: 3 })],
  ["one more at the end", [...OBJECTS, { number: 0 }]],
  ["one more within", OBJECTS.toSpliced(50, 0, { number: 0 })],
  ["many more within", OBJECTS.toSpliced(50, 0, ...Array.from({ length: 100 }, (_, number) => ({ number })))],
  ["one less", OBJECTS.toSpliced(50, 1)],
  ["one less here and one more there", OBJECTS.toSpliced(50, 1).toSpliced(9, 0, { number: 0 })],
])("%s: what stays is seen to be in order", (_what, now) => {
  check(OBJECTS, now);
  expect(difference(OBJECTS, now).inOrder).toBe(true);
});

test("what only moved is neither gone nor come", () => {
  const turned = OBJECTS.toReversed();
  expect(difference(OBJECTS, turned)).toEqual({ gone: [], come: [], places: [], inOrder: false });
});
