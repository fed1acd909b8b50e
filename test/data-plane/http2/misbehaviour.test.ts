import { expect, test } from "vitest";
import { type Misdeed, Misbehaviour } from "../../../src/data-plane/http2/misbehaviour.ts";

/** The verdicts that are not "bear", with the number of the misdeed at which each came first. */
function turns(misdeed: Misdeed, count: number, interval: number): Record<string, number> {
  const misbehaviour = new Misbehaviour();
  const first: Record<string, number> = {};
  for (let n = 1; n <= count; n++) first[misbehaviour.add(misdeed, n * interval)] ??= n;
  return first;
}

test.each([
  ["reset", { bear: 1, go: 150, end: 200 }],
  ["provokedReset", { bear: 1, go: 50, end: 67 }],
  ["malformed", { bear: 1, go: 30, end: 40 }],
  ["control", { bear: 1, go: 200, end: 250 }],
] as const)("%s, all at once", (misdeed, expected) => {
  expect(turns(misdeed, 300, 0)).toEqual(expected);
});

test.each([
  ["reset", 100],
  ["provokedReset", 300],
  ["malformed", 500],
  ["control", 200],
] as const)("%s every %i ms is borne for ever", (misdeed, interval) => {
  expect(turns(misdeed, 10_000, interval)).toEqual({ bear: 1 });
});

test("what is a little faster than that is not", () => {
  expect(Object.keys(turns("reset", 10_000, 90))).toContain("end");
  expect(Object.keys(turns("control", 10_000, 60))).toContain("end");
});

test("misdeeds of different kinds add up", () => {
  const misbehaviour = new Misbehaviour();
  for (let n = 0; n < 25; n++) misbehaviour.add("malformed", 0);
  for (let n = 0; n < 24; n++) expect(misbehaviour.add("reset", 0)).toBe("bear");
  expect(misbehaviour.add("reset", 0)).toBe("go");
  expect(misbehaviour.add("provokedReset", 20_000)).toBe("bear");
});
