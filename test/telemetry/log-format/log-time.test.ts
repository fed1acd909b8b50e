import { expect, test } from "vitest";
import { commonTime, isoTime, seconds } from "../../../src/telemetry/log-format/log-time.ts";

test("a time is told in the time of this machine, and again when the second is another", () => {
  const first = Date.UTC(2026, 0, 5, 3, 4, 5, 999);
  expect(Date.parse(isoTime(first))).toBe(first - 999);
  expect(Date.parse(isoTime(first + 1))).toBe(first + 1);
  expect(commonTime(first)).toMatch(/^\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:05 [+-]\d{4}$/);
});

test("seconds have three digits behind the point", () => {
  expect([seconds(0), seconds(12.25), seconds(61_000)]).toEqual(["0.000", "0.012", "61.000"]);
});
