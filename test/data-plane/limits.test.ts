import { expect, test } from "vitest";
import { DEFAULT_LIMITS, DEFAULT_TIMEOUTS, MINIMUM_BODY_RATE } from "../../src/data-plane/limits.ts";

test("every limit is a bound", () => {
  for (const [name, value] of Object.entries({ ...DEFAULT_LIMITS, ...DEFAULT_TIMEOUTS, ...MINIMUM_BODY_RATE })) {
    expect(Number.isSafeInteger(value) || name === "memoryBytes", name).toBe(true);
    expect(value, name).toBeGreaterThan(0);
  }
});

test("limits that depend on each other do not contradict", () => {
  // RFC 9112 §3 asks for 8,000 octets of request line at least; a head must hold one.
  expect(DEFAULT_LIMITS.targetBytes).toBeGreaterThanOrEqual(8000);
  expect(DEFAULT_LIMITS.headBytes).toBeGreaterThan(DEFAULT_LIMITS.targetBytes);
  // Servers commonly close after 60 seconds: who closes first must be us.
  expect(DEFAULT_TIMEOUTS.upstreamIdle).toBeLessThan(60_000);
  expect(DEFAULT_TIMEOUTS.connect).toBeLessThan(DEFAULT_TIMEOUTS.upstreamRead);
  expect(DEFAULT_TIMEOUTS.expectContinue).toBeLessThan(DEFAULT_TIMEOUTS.requestBody);
});
