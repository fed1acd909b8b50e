import type { Socket } from "node:net";
import { Failed, FAILURES } from "../exchange/failure.ts";
import type { LiveEndpoint } from "../upstreams/live-endpoint.ts";
import type { LiveUpstream } from "../upstreams/live-upstream.ts";

/** How an endpoint is looked for. */
export interface EndpointSearch {
  /** Milliseconds for each. */
  readonly connectTimeout: number;
  /** How many are tried. */
  readonly attempts: number;
  /** Where it is written down which are tried. */
  readonly record: { endpoint: string; attempts: number };
  /** Gets, for each that is tried, a function that gives up with a failure. */
  readonly whenCancellable: (cancel: (failure: Failed) => void) => void;
}

/**
 * Opens a socket to an endpoint of the upstream; where one cannot be reached another is tried, within the upstream's budget for retries.
 * @returns the socket, paused. Rejects with the failure of the last one tried, or with no_endpoints
 */
export async function connectToEndpoint(upstream: LiveUpstream, search: EndpointSearch): Promise<Socket> {
  const { record } = search;
  await upstream.resolving();
  upstream.retries.request();
  const tried: LiveEndpoint[] = [];
  let last: Failed | null = null;
  while (tried.length < search.attempts) {
    const endpoint = upstream.choose(tried);
    if (endpoint === null || (last !== null && !upstream.retries.take(last.failure))) break;
    record.endpoint = endpoint.name;
    record.attempts += 1;
    try {
      return await endpoint.openTcp(search.connectTimeout, search.whenCancellable);
    } catch (error) {
      last = Failed.from(error);
      if (FAILURES[last.failure].retry !== "unsent") break;
      tried.push(endpoint);
    }
  }
  throw last ?? new Failed("no_endpoints", `upstream ${upstream.name} has no endpoint to try`);
}
