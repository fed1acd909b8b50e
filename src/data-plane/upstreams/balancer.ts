import type { LiveEndpoint } from "./live-endpoint.ts";

/** Chooses one of the endpoints that may be tried. */
export interface Balancer {
  /** @param endpoints at least one */
  choose(endpoints: readonly LiveEndpoint[]): LiveEndpoint;
}

/** Each endpoint in turn, starting anywhere, so that many gateways do not all start with the same. */
export class RoundRobin implements Balancer {
  #next = Math.floor(Math.random() * 1024);

  choose(endpoints: readonly LiveEndpoint[]): LiveEndpoint {
    this.#next = (this.#next + 1) % Number.MAX_SAFE_INTEGER;
    return endpoints[this.#next % endpoints.length] as LiveEndpoint;
  }
}
