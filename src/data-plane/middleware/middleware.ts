// Code around a route's action: one file each, made by name from data.
// In: options of a snapshot. Out: a function around a handler.
// Never: state that outlives the route, a look at Kubernetes.
import type { Handler, Middleware } from "../exchange/handler.ts";

/** The first middleware is the outermost. */
export function compose(middleware: readonly Middleware[], action: Handler): Handler {
  return middleware.reduceRight<Handler>((next, current) => (exchange) => current(exchange, next), action);
}
