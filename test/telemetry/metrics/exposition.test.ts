import { expect, test } from "vitest";
import { exposition, goNumber } from "../../../src/telemetry/metrics/exposition.ts";
import { Family } from "../../../src/telemetry/metrics/family.ts";
import { readExposition, valueOf } from "./read-exposition.ts";

const text = (families: readonly Family[], identity = {}): string => [...exposition(families, identity)].join("");

test("a counter, a gauge and a histogram, to the letter", () => {
  const requests = new Family("r_total", { type: "counter", help: "All of them.", labels: ["host"] }, [], 10);
  requests.add(["a.example"], 2);
  const age = new Family("age", { type: "gauge", help: "Back\\slash\nand line.", labels: [] }, [], 10);
  age.set([], 1.5);
  const took = new Family("took", { type: "histogram", help: "Time.", labels: ["x"], buckets: "time" }, [0.1, 1e6], 10);
  for (const value of [0.1, 0.2, 2e6]) took.observe(["y"], value);
  expect(text([requests, age, took])).toBe(`# HELP r_total All of them.
# TYPE r_total counter
r_total{host="a.example"} 2
# HELP age Back\\\\slash\\nand line.
# TYPE age gauge
age 1.5
# HELP took Time.
# TYPE took histogram
took_bucket{x="y",le="0.1"} 1
took_bucket{x="y",le="1e+06"} 2
took_bucket{x="y",le="+Inf"} 3
took_sum{x="y"} 2000000.3
took_count{x="y"} 3
`);
});

test("what a client invents for a label does not end it", () => {
  const value = 'a"} 1\nevil 2\\';
  const family = new Family("f", { type: "gauge", help: "", labels: ["v"] }, [], 10);
  family.set([value], 1);
  const metrics = readExposition(text([family]));
  expect([...metrics.keys()]).toEqual(["f"]);
  expect(metrics.get("f")?.samples).toEqual([{ name: "f", labels: { v: value }, value: 1 }]);
});

test("a metric without series is left out, and many series come in pieces", () => {
  const family = new Family("f", { type: "gauge", help: "", labels: ["i"] }, [], 1000);
  expect(text([family])).toBe("");
  for (let i = 0; i < 250; i++) family.set([String(i)], i);
  const pieces = [...exposition([family], {})];
  expect(pieces).toHaveLength(3);
  expect(readExposition(pieces.join("")).get("f")?.samples).toHaveLength(250);
});

test("who we are is told with metrics that are identified, and no others", () => {
  const own = new Family("own", { type: "gauge", help: "", labels: [] }, [], 10);
  const theirs = new Family("theirs", { type: "gauge", help: "", labels: ["a"], identified: true }, [], 10);
  own.set([], Infinity);
  theirs.set(["b"], -1);
  const metrics = readExposition(text([own, theirs], { pod: 'p"1' }));
  expect(valueOf(metrics, "own")).toBe(Infinity);
  expect(metrics.get("own")?.samples[0]?.labels).toEqual({});
  expect(metrics.get("theirs")?.samples[0]?.labels).toEqual({ pod: 'p"1', a: "b" });
});

test.each([
  [0.005, "0.005"],
  [0.00001, "1e-05"],
  [10, "10"],
  [100_000, "100000"],
  [1_000_000, "1e+06"],
  [1_500_000, "1.5e+06"],
  [1e21, "1e+21"],
  [0.0001, "0.0001"],
])("%d is written as Go does: %s", (value, written) => expect(goNumber(value)).toBe(written));
