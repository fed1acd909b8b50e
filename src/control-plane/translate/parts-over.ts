import type { VirtualHost } from "../../snapshot/route.ts";
import type { Upstream } from "../../snapshot/upstream.ts";

/** Parts that are laid over those that the rules of Ingresses make, by their keys. Few, and made anew each time. */
export interface PartsOver {
  readonly virtualHosts: Map<string, VirtualHost>;
  readonly upstreams: Map<string, Upstream>;
}
