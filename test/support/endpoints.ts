import { onTestFinished } from "vitest";
import { Deadlines } from "../../src/data-plane/deadlines.ts";
import { EMPTY_BODY } from "../../src/data-plane/exchange/empty-body.ts";
import type { UpstreamRequest } from "../../src/data-plane/http1/upstream-request.ts";
import { DEFAULT_LIMITS, DEFAULT_TIMEOUTS } from "../../src/data-plane/limits.ts";
import { UpstreamHealth } from "../../src/data-plane/upstreams/health/health.ts";
import { LiveEndpoint } from "../../src/data-plane/upstreams/live-endpoint.ts";
import { ManualClock } from "./manual-clock.ts";

/** What endpoints share, on a clock that stands still. */
export function surroundings() {
  const clock = new ManualClock();
  const deadlines = new Deadlines(clock);
  onTestFinished(() => deadlines.close());
  return { clock, deadlines, limits: DEFAULT_LIMITS, timeouts: DEFAULT_TIMEOUTS };
}

/** An endpoint on loopback, with its first connection open. Closed when the test is over. */
export async function connectTo({ port }: { readonly port: number }) {
  const { clock, ...shared } = surroundings();
  const health = new UpstreamHealth("web", shared.deadlines, () => {});
  const endpoint = new LiveEndpoint("127.0.0.1", port, { http2: false, tls: null }, shared, health);
  onTestFinished(() => endpoint.close());
  const connection = await endpoint.connect(1000, () => {});
  return { clock, endpoint, connection };
}

/** A request without a body, but for what is given. */
export function upstreamRequest(given: Partial<UpstreamRequest> = {}, target = "/"): UpstreamRequest {
  const method = given.method ?? "GET";
  return {
    method,
    head: `${method} ${target} HTTP/1.1\r\nHost: a\r\n\r\n`,
    block: null,
    framing: { kind: "none" },
    body: EMPTY_BODY,
    unhurried: false,
    upgrade: null,
    readTimeout: 60_000,
    writeTimeout: 60_000,
    exchange: { sendInterim: () => {} },
    ...given,
  };
}
