import { expect, test } from "vitest";
import { GatewayHeaders } from "../../../src/data-plane/exchange/headers.ts";
import { readTraceParent, writeTraceParent } from "../../../src/telemetry/tracing/trace-parent.ts";

const TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
const SPAN = "00f067aa0ba902b7";
const read = (...values: readonly string[]) => {
  const headers = new GatewayHeaders();
  for (const value of values) headers.append("Traceparent", value);
  return readTraceParent(headers);
};

test.each([
  [`00-${TRACE}-${SPAN}-01`, true],
  [`00-${TRACE}-${SPAN}-00`, false],
  [`00-${TRACE}-${SPAN}-03`, true],
  // A version to come, with more behind it (W3C Trace Context §4.3).
  [`cc-${TRACE}-${SPAN}-01-what-the-future-holds`, true],
])("%s is read", (value, sampled) => {
  expect(read(value)).toEqual({ traceId: TRACE, spanId: SPAN, sampled });
});

test.each([
  "",
  `ff-${TRACE}-${SPAN}-01`,
  `00-${TRACE.toUpperCase()}-${SPAN}-01`,
  `00-${"0".repeat(32)}-${SPAN}-01`,
  `00-${TRACE}-${"0".repeat(16)}-01`,
  `00-${TRACE}-${SPAN}-01-more`,
  `00-${TRACE}-${SPAN}-1`,
  `00-${TRACE}-${SPAN}`,
  `cc-${TRACE}-${SPAN}-01.more`,
])("%j is none", (value) => expect(read(value)).toBeNull());

test("two of them are none, and so is its absence", () => {
  expect(read(`00-${TRACE}-${SPAN}-01`, `00-${TRACE}-${SPAN}-01`)).toBeNull();
  expect(read()).toBeNull();
});

test("what is written is what was read", () => {
  for (const flags of ["00", "01"]) {
    const value = `00-${TRACE}-${SPAN}-${flags}`;
    expect(writeTraceParent(read(value) as never)).toBe(value);
  }
});
