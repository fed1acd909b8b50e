import type { ForwardAction } from "../../snapshot/route.ts";
import type { Attempt, Exchange } from "../exchange/exchange.ts";
import { Failed } from "../exchange/failure.ts";
import type { Handler } from "../exchange/handler.ts";
import type { GatewayResponse } from "../exchange/response.ts";
import type { UpstreamConnection, UpstreamRequest, UpstreamResponse } from "../http1/upstream-connection.ts";
import type { Limits, Timeouts } from "../limits.ts";
import type { LiveEndpoint } from "../upstreams/live-endpoint.ts";
import type { LiveUpstream } from "../upstreams/live-upstream.ts";
import { prepareRequest, type PreparedRequest } from "./prepare-request.ts";
import { mayRetry } from "./retry.ts";

/** What forwarding needs to know besides the action. */
export interface ForwardSurroundings {
  readonly limits: Limits;
  readonly timeouts: Timeouts;
  readonly upstreamNamed: (name: string) => LiveUpstream | undefined;
}

/** The handler of a forward action: prepare once, then choose, send, and try again where that is safe. */
export function forwardHandler(action: ForwardAction, surroundings: ForwardSurroundings): Handler {
  const { limits } = surroundings;
  const timeouts = effectiveTimeouts(action, surroundings.timeouts);
  return async function forward(exchange) {
    const upstream = surroundings.upstreamNamed(action.upstream);
    if (upstream === undefined) throw new Failed("no_endpoints", `upstream ${action.upstream} is gone`);
    exchange.record.upstream = upstream.name;
    const resolving = upstream.resolving();
    if (resolving !== null) await resolving;
    const prepared = prepareRequest(exchange);
    const tried: LiveEndpoint[] = [];
    for (let count = 1; ; count++) {
      const endpoint = upstream.choose(tried) ?? upstream.choose([]);
      if (endpoint === null) throw new Failed("no_endpoints", `upstream ${upstream.name} has no endpoints`);
      const attempt = newAttempt(endpoint);
      exchange.record.attempts.push(attempt);
      try {
        return await tryEndpoint(exchange, endpoint, attempt, prepared, timeouts);
      } catch (error) {
        const failed = Failed.from(error);
        attempt.failure = failed.failure;
        const again =
          exchange.aborted === null && count < limits.attempts && mayRetry(failed, exchange.request, attempt.reused);
        if (!again) throw failed;
        // A pooled connection that had grown stale says nothing about its endpoint.
        if (!attempt.reused) tried.push(endpoint);
      }
    }
  };
}

interface ForwardTimeouts {
  readonly connect: number;
  readonly read: number;
  readonly send: number;
}

function effectiveTimeouts(action: ForwardAction, defaults: Timeouts): ForwardTimeouts {
  const { connect, read, send } = action.timeouts ?? {};
  return {
    connect: connect ?? defaults.connect,
    read: read ?? defaults.upstreamRead,
    send: send ?? defaults.upstreamWrite,
  };
}

function newAttempt(endpoint: LiveEndpoint): Attempt {
  return { endpoint: endpoint.name, reused: false, connectTime: null, headTime: null, status: null, failure: null };
}

async function tryEndpoint(
  exchange: Exchange,
  endpoint: LiveEndpoint,
  attempt: Attempt,
  prepared: PreparedRequest,
  timeouts: ForwardTimeouts,
): Promise<GatewayResponse> {
  const start = performance.now();
  let connection = endpoint.takeIdle();
  if (connection === null) {
    connection = await endpoint.connect(timeouts.connect, (cancel) => exchange.onAborted(cancel));
    attempt.connectTime = performance.now() - start;
  } else attempt.reused = true;
  const response = await send(exchange, connection, prepared, timeouts);
  attempt.headTime = performance.now() - start;
  attempt.status = response.status;
  return response.tunnel === null ? plain(response) : { ...plain(response), tunnel: response.tunnel };
}

function send(
  exchange: Exchange,
  connection: UpstreamConnection,
  prepared: PreparedRequest,
  timeouts: ForwardTimeouts,
): Promise<UpstreamResponse> {
  const { request } = exchange;
  const sent: UpstreamRequest = {
    method: request.method,
    head: prepared.head,
    framing: prepared.framing,
    body: request.body,
    upgrade: request.upgrade,
    readTimeout: timeouts.read,
    writeTimeout: timeouts.send,
    onInterim: (status, headers) => exchange.sendInterim(status, headers),
  };
  const answer = connection.send(sent);
  // From here on the client's leaving ends the upstream's work too.
  exchange.onAborted((failure) => connection.abort(failure));
  return answer;
}

function plain(response: UpstreamResponse): GatewayResponse {
  return { status: response.status, reason: response.reason, headers: response.headers, body: response.body };
}
