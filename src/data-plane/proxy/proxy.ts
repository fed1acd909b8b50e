// The life of a request.
// In: an exchange, the route table that is current, the client's side. Out: a response, and one finished record.
// Never: a status code chosen here, a wait for the control plane, a second finish.
import { performance } from "node:perf_hooks";
import type { Downstream, Exchange } from "../exchange/exchange.ts";
import { Failed } from "../exchange/failure.ts";
import { RELAYED } from "../exchange/relayed.ts";
import type { Handler } from "../exchange/handler.ts";
import type { Match } from "../route-table/host-routes.ts";
import type { RouteTable } from "../route-table/route-table.ts";
import { answerFailure } from "./answer-failure.ts";
import { HEALTHY, OPTIONS_OF_SERVER } from "./own-answers.ts";

/**
 * Match, act, relay, finish; whatever goes wrong in between becomes a failure of the one table.
 * @param refusal why this request is not served although nothing is wrong with it
 */
export async function serve(
  exchange: Exchange,
  table: RouteTable<Handler>,
  downstream: Downstream,
  onFinished: (exchange: Exchange) => void,
  refusal: Failed | null = null,
): Promise<void> {
  try {
    const refused = exchange.refused ?? refusal;
    if (refused !== null) throw refused;
    const handler = choose(exchange, table);
    const relaying = downstream.relay(await handler(exchange));
    if (relaying !== RELAYED) await relaying;
  } catch (error) {
    await fail(exchange, Failed.from(error), downstream);
  } finally {
    exchange.onAborted(null);
    exchange.record.finishedAt = performance.now();
    downstream.finish();
    onFinished(exchange);
  }
}

function choose(exchange: Exchange, table: RouteTable<Handler>): Handler {
  const { host, path } = exchange.request;
  if (path === "*") return OPTIONS_OF_SERVER;
  const match: Match<Handler> | null = table.match(host, path);
  // Load balancers in front probe the data ports with a host that nobody claims.
  if (path === "/healthz" && (match === null || match.byDefault) && !table.claims(host)) return HEALTHY;
  if (match === null)
    throw new Failed("no_route", `no route for host ${JSON.stringify(host)} and path ${JSON.stringify(path)}`);
  exchange.record.route = match.route;
  exchange.record.virtualHost = match.host;
  return match.target;
}

async function fail(exchange: Exchange, failed: Failed, downstream: Downstream): Promise<void> {
  const { record, request } = exchange;
  record.failure = failed.failure;
  record.failureDetail = failed.detail;
  // A middleware may have failed with an answer in its hands, or on its way.
  exchange.giveUp(failed);
  if (downstream.headSent || exchange.aborted !== null) {
    if (!downstream.headSent) record.status = failed.status;
    downstream.cutOff();
    return;
  }
  try {
    await downstream.relay(answerFailure(failed, request.headers, exchange.id));
  } catch {
    downstream.cutOff();
  }
}
