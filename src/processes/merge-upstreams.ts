import type { EndpointStatus, UpstreamStatus } from "../data-plane/upstreams/upstream-status.ts";

/** An endpoint as all workers see it together. */
export interface MergedEndpoint extends EndpointStatus {
  /** Numbers of the workers that leave it alone; absent where none does. */
  readonly ejectedBy?: readonly number[];
}

export interface MergedUpstream extends UpstreamStatus {
  readonly endpoints: readonly MergedEndpoint[];
}

/**
 * What each worker says of its upstreams, as one list: what can be counted is added up; an endpoint is ejected where any worker leaves it alone,
 * tried as soon as any of them tries it, and has failed as often as for the worker for which it failed most.
 */
export function mergeUpstreams(
  workers: readonly { readonly worker: number; readonly upstreams: readonly UpstreamStatus[] }[],
): MergedUpstream[] {
  const merged = new Map<string, { requests: number; retries: number; endpoints: Map<string, MergedEndpoint> }>();
  for (const { worker, upstreams } of workers) {
    for (const { upstream, endpoints, requests, retries } of upstreams) {
      const entry = merged.get(upstream) ?? { requests: 0, retries: 0, endpoints: new Map<string, MergedEndpoint>() };
      entry.requests += requests;
      entry.retries += retries;
      for (const status of endpoints) {
        entry.endpoints.set(status.endpoint, mergeEndpoint(entry.endpoints.get(status.endpoint), status, worker));
      }
      merged.set(upstream, entry);
    }
  }
  return [...merged].map(([upstream, { endpoints, requests, retries }]) => ({
    upstream,
    endpoints: [...endpoints.values()],
    requests,
    retries,
  }));
}

function mergeEndpoint(before: MergedEndpoint | undefined, status: EndpointStatus, worker: number): MergedEndpoint {
  const ejectedBy = [...(before?.ejectedBy ?? []), ...(status.ejected ? [worker] : [])];
  const times = [before?.triedIn ?? null, status.triedIn].filter((time) => time !== null);
  return {
    ...status,
    ejected: ejectedBy.length > 0,
    triedIn: times.length === 0 ? null : Math.min(...times),
    failures: Math.max(before?.failures ?? 0, status.failures),
    active: (before?.active ?? 0) + status.active,
    idle: (before?.idle ?? 0) + status.idle,
    ...(ejectedBy.length === 0 ? {} : { ejectedBy }),
  };
}
