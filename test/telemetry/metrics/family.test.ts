import { expect, test } from "vitest";
import { Family } from "../../../src/telemetry/metrics/family.ts";

const counter = (most: number): Family =>
  new Family("f", { type: "counter", help: "", labels: ["host", "status"] }, [], most);

test("series beyond the most are one, which keeps the status; and that is counted", () => {
  const family = counter(2);
  family.add(["a", "200"]);
  family.add(["b", "200"]);
  for (const host of ["c", "d"]) family.add([host, "500"]);
  family.add(["e", "200"]);
  family.add(["a", "200"]);
  expect(family.series.map(({ labels, numbers }) => [...labels, numbers[0]])).toEqual([
    ["a", "200", 2],
    ["b", "200", 1],
    ["other", "500", 2],
    ["other", "200", 1],
  ]);
  expect(family.folded).toBe(3);
});

test("what is taken is gone here, and merges there to what it was", () => {
  const one = counter(10);
  const all = counter(10);
  one.add(["a", "200"], 3);
  all.merge(one.take());
  expect(one.series).toEqual([]);
  one.add(["a", "200"], 4);
  all.merge(one.take());
  expect(all.series.map(({ numbers }) => numbers[0])).toEqual([7]);
});

test("histograms and metrics without labels merge to what was observed, and what there is no room for is folded", () => {
  const histogram = (): Family => new Family("h", { type: "histogram", help: "", labels: [] }, [1, 2], 10);
  const [here, there] = [histogram(), histogram()];
  for (const value of [0, 1.5]) here.observe([], value);
  there.observe([], 3);
  there.merge(here.take());
  expect(there.series).toEqual([{ labels: [], numbers: Float64Array.of(3, 4.5, 1, 1, 1) }]);

  const [many, few] = [counter(10), counter(1)];
  for (const [at, host] of ["a", "b", "c"].entries()) many.add([host, "200"], at + 1);
  const counts = many.take();
  few.merge(counts);
  expect(few.series.map(({ labels, numbers }) => [...labels, numbers[0]])).toEqual([
    ["a", "200", 1],
    ["other", "200", 5],
  ]);
  expect(few.total(counts)).toBe(6);
});

test("a histogram counts each value in the first bucket that holds it", () => {
  const family = new Family("h", { type: "histogram", help: "", labels: [] }, [1, 2], 10);
  for (const value of [0, 1, 1.5, 2, 3]) family.observe([], value);
  expect([...family.at([]).numbers]).toEqual([5, 7.5, 2, 2, 1]);
});

test("labels are forgotten by what they say", () => {
  const family = counter(10);
  family.add(["a", "200"]);
  family.add(["b", "200"]);
  family.forget(([host]) => host === "a");
  expect(family.series.map(({ labels }) => labels[0])).toEqual(["b"]);
});
