import { expect, test } from "vitest";
import { parseAutocannon } from "../../../bench/load/autocannon.ts";

/** The fields read, of a report of autocannon 9.0. */
const report = {
  duration: 4.02,
  errors: 0,
  timeouts: 0,
  resets: 0,
  non2xx: 0,
  latency: { average: 1.2, p50: 1, p99: 4, totalCount: 90_000 },
  requests: { average: 22_500, total: 90_000, sent: 90_064 },
};

test("a report without errors", () => {
  expect(parseAutocannon(JSON.stringify(report))).toEqual({
    requests: 90_000,
    seconds: 4.02,
    p50: 1,
    p99: 4,
    errors: 0,
  });
});

test("failed connections, resets and answers that are no success all count, timeouts once", () => {
  const bad = { ...report, errors: 3, timeouts: 1, resets: 20, non2xx: 100 };
  expect(parseAutocannon(JSON.stringify(bad)).errors).toBe(123);
});

test("something else is refused", () => {
  expect(() => parseAutocannon(JSON.stringify({ ...report, latency: {} }))).toThrow("latency.p50");
});
