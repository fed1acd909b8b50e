import type { Exchange } from "./exchange.ts";
import type { GatewayResponse } from "./response.ts";

/** The narrow waist: everything that answers a request, a route's action and a middleware chain alike. */
export type Handler = (exchange: Exchange) => Promise<GatewayResponse>;

/** Code around a handler: it may answer itself, or call `next` and change what comes back. */
export type Middleware = (exchange: Exchange, next: Handler) => Promise<GatewayResponse>;
