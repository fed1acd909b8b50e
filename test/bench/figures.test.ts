import { expect, test } from "vitest";
import { cpuRatio, figuresOf, type Round } from "../../bench/figures.ts";

const round = (change: Partial<Round>): Round => ({
  requests: 100_000,
  seconds: 4,
  p50: 1,
  p99: 2,
  errors: 0,
  cpu: 2,
  ...change,
});

test("each figure is the median over the rounds", () => {
  const rounds = [round({ cpu: 2, p50: 1 }), round({ cpu: 4, p50: 9 }), round({ cpu: 3, p50: 2, requests: 200_000 })];
  expect(figuresOf(rounds)).toEqual({
    cpuPerRequest: { median: 20, least: 15, most: 40 },
    requestsPerSecond: 25_000,
    p50: 2,
    p99: 2,
    busy: 0.75,
    errors: 0,
  });
});

test("errors are summed, so that a median cannot hide them", () => {
  expect(figuresOf([round({}), round({ errors: 3 }), round({})]).errors).toBe(3);
});

test("without CPU times there is no cost and no ratio", () => {
  const unknown = figuresOf([round({ cpu: null })]);
  expect(unknown).toMatchObject({ cpuPerRequest: null, busy: null, requestsPerSecond: 25_000 });
  expect(cpuRatio(unknown, figuresOf([round({})]))).toBeNull();
  expect(cpuRatio(figuresOf([round({})]), unknown)).toBeNull();
});

test("a ratio is of CPU per request", () => {
  expect(cpuRatio(figuresOf([round({ cpu: 3 })]), figuresOf([round({ cpu: 2 })]))).toBe(1.5);
  expect(cpuRatio(figuresOf([round({})]), undefined)).toBeNull();
});
