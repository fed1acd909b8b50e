import { performance } from "node:perf_hooks";
import type { ForwardAction } from "../../snapshot/route.ts";
import type { Attempt, Exchange } from "../exchange/exchange.ts";
import { Failed } from "../exchange/failure.ts";
import type { Handler } from "../exchange/handler.ts";
import type { Limits } from "../limits.ts";
import type { Carrier } from "../upstreams/endpoint-connections.ts";
import type { LiveEndpoint } from "../upstreams/live-endpoint.ts";
import type { LiveUpstream } from "../upstreams/live-upstream.ts";
import { type ForwardTimeouts, prepareRequest } from "./prepare-request.ts";
import { prepareStream } from "./prepare-stream.ts";
import { mayRetry } from "./retry.ts";

/** What forwarding needs to know besides the action. */
export interface ForwardSurroundings {
  readonly limits: Limits;
  /** Of routes that say nothing else. */
  readonly timeouts: ForwardTimeouts;
  readonly upstreamNamed: (name: string) => LiveUpstream | undefined;
}

/** The handler of a forward action: prepare once, then choose, send, and try again where that is safe. */
export function forwardHandler(action: ForwardAction, surroundings: ForwardSurroundings): Handler {
  const { limits } = surroundings;
  const { upstream: named, upstreamOfHttps: ofHttps } = action;
  // One object for all that have none of their own: half a million routes do not stay in a cache.
  const timeouts =
    action.timeouts === undefined ? surroundings.timeouts : { ...surroundings.timeouts, ...action.timeouts };
  return async function forward(exchange) {
    const name = ofHttps !== undefined && exchange.request.scheme === "https" ? ofHttps : named;
    const upstream = surroundings.upstreamNamed(name);
    if (upstream === undefined) throw new Failed("no_endpoints", `upstream ${name} is gone`);
    exchange.record.upstream = upstream.name;
    const resolving = upstream.resolving();
    if (resolving !== null) await resolving;
    // Nobody waits for the answer any more: the request must have no effect.
    if (exchange.aborted !== null) throw exchange.aborted;
    upstream.retries.request();
    const { http2 } = upstream;
    const request =
      http2 === null ? prepareRequest(exchange, timeouts) : prepareStream(exchange, timeouts, http2, limits);
    const tried: LiveEndpoint[] = [];
    let last: Failed | null = null;
    let stale = false;
    /** Whether trying again is a retry that the budget counts. */
    let counted = false;
    for (let count = 1; count <= limits.attempts; count++) {
      const endpoint = upstream.choose(tried);
      if (endpoint === null) break;
      // Retries of stale connections are free: each has served a request before, so there are never many.
      if (last !== null && counted && !upstream.retries.take(last.failure)) {
        throw new Failed(last.failure, `${last.detail}; not tried again: the upstream has too many retries`);
      }
      const attempt = newAttempt(endpoint);
      const { record } = exchange;
      record.attempts = record.attempts.length === 0 ? [attempt] : [...record.attempts, attempt];
      try {
        const pooled = stale ? null : endpoint.takeIdle();
        const connection = pooled ?? (await open(exchange, endpoint, attempt, timeouts.connect));
        const answer = connection.send(request);
        // From here on the client's leaving ends the upstream's work too.
        exchange.onAborted((failure) => connection.cancel(request, failure));
        const response = await answer;
        attempt.headTime = performance.now() - attempt.startedAt;
        attempt.status = response.status;
        const { tunnel } = response;
        return tunnel === undefined ? response : { ...response, tunnel: { ...tunnel, idle: timeouts.read } };
      } catch (error) {
        last = Failed.from(error);
        attempt.failure = last.failure;
        if (exchange.aborted !== null || !mayRetry(last, request, attempt.reused)) break;
        // A pooled connection that had grown stale says nothing about its endpoint, but its neighbours are likely to be stale too.
        counted = !attempt.reused;
        if (isDoneWith(last, counted)) tried.push(endpoint);
        else stale = true;
      }
    }
    throw last ?? new Failed("no_endpoints", `upstream ${upstream.name} has no endpoint to try`);
  };
}

/** Whether the endpoint is not tried again for this request; if it is, then on a fresh connection. @param fresh the connection was so already */
function isDoneWith({ failure }: Failed, fresh: boolean): boolean {
  // What it has not got, it has on no connection; the next endpoint may be of another version.
  if (failure === "upgrade_not_possible") return true;
  // One that refused a stream may take it on another session; there may be no other endpoint.
  return fresh && failure !== "upstream_refused";
}

function newAttempt(endpoint: LiveEndpoint): Attempt {
  const startedAt = performance.now();
  return {
    endpoint: endpoint.name,
    startedAt,
    reused: true,
    connectTime: null,
    headTime: null,
    status: null,
    failure: null,
  };
}

async function open(exchange: Exchange, endpoint: LiveEndpoint, attempt: Attempt, timeout: number): Promise<Carrier> {
  attempt.reused = false;
  const connection = await endpoint.connect(timeout, (cancel) => exchange.onAborted(cancel));
  attempt.connectTime = performance.now() - attempt.startedAt;
  return connection;
}
