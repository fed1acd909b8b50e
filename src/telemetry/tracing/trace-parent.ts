import type { GatewayHeaders } from "../../data-plane/exchange/headers.ts";

/** Where a request stands in a trace (W3C Trace Context, `traceparent`). */
export interface TraceParent {
  /** 32 lower-case hexadecimal digits, not all of them 0. */
  readonly traceId: string;
  /** 16 of the same. */
  readonly spanId: string;
  readonly sampled: boolean;
}

// W3C Trace Context §3.2: of later versions the first four fields are read, and what follows is left alone.
const TRACE_PARENT = /^(?!ff)([0-9a-f]{2})-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;

/** What the client says; null where it says nothing, or nothing valid. */
export function readTraceParent(headers: GatewayHeaders): TraceParent | null {
  const found = TRACE_PARENT.exec(headers.get("traceparent") ?? "");
  if (found === null || headers.repeats("traceparent")) return null;
  const [, version, traceId = "", spanId = "", flags = "", more] = found;
  if (version === "00" && more !== undefined) return null;
  return { traceId, spanId, sampled: (Number.parseInt(flags, 16) & 1) === 1 };
}

export function writeTraceParent({ traceId, spanId, sampled }: TraceParent): string {
  return `00-${traceId}-${spanId}-${sampled ? "01" : "00"}`;
}
