import { expect, test } from "vitest";
import { PrematureEnds } from "../../../src/data-plane/http2/premature-ends.ts";

/** The number of the stream that was one too many; null for none. */
function caughtAt(streams: readonly (readonly [answered: boolean, age: number])[]): number | null {
  const ends = new PrematureEnds();
  const at = streams.findIndex(([answered, age]) => ends.add(answered, age));
  return at < 0 ? null : at + 1;
}

const many = <T>(count: number, make: (index: number) => T): T[] => Array.from({ length: count }, (_, i) => make(i));

test("a hundred resets and nothing else are caught with the hundredth", () => {
  expect(caughtAt(many(200, () => [false, 5]))).toBe(100);
});

test("half of them is too many, less is not", () => {
  expect(caughtAt(many(1000, (index) => [index % 2 === 0, 5]))).toBe(100);
  expect(caughtAt(many(1000, (index) => [index % 2 === 0 || index % 50 === 1, 5]))).toBe(null);
});

test("what was answered, or had its time, is no reset without purpose", () => {
  expect(caughtAt(many(1000, () => [true, 0]))).toBe(null);
  expect(caughtAt(many(1000, () => [false, 1000]))).toBe(null);
});

test("only the last hundred count, however many were good before", () => {
  expect(caughtAt([...many(5000, () => [true, 5] as const), ...many(100, () => [false, 5] as const)])).toBe(5050);
  expect(caughtAt(many(4000, (index) => [index % 100 >= 49, 5]))).toBe(null);
});
