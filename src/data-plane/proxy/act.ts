import type { Route } from "../../snapshot/route.ts";
import { Failed } from "../exchange/failure.ts";
import type { Handler } from "../exchange/handler.ts";
import { compose } from "../middleware/middleware.ts";
import type { MiddlewareSurroundings } from "../middleware/factory.ts";
import { makeMiddleware } from "../middleware/registry.ts";
import { type ForwardSurroundings, forwardHandler } from "./forward.ts";

/** What a route needs to become a handler. */
export type RouteSurroundings = ForwardSurroundings & MiddlewareSurroundings;

/** Compiles a route, once a snapshot: its middleware around its action, and around both the limit, which counts what is received. */
export function routeHandler(route: Route, surroundings: RouteSurroundings): Handler {
  const middleware = route.middleware.map((settings) => makeMiddleware(settings, surroundings));
  return limitBody(route, compose(middleware, actionHandler(route, surroundings)));
}

function actionHandler(route: Route, surroundings: RouteSurroundings): Handler {
  const { action } = route;
  if (action.kind === "forward") return forwardHandler(action, surroundings);
  return () => Promise.reject(new Failed("route_unavailable", action.why));
}

/** A declared length is judged before anything is done; a chunked body while it is read. What middleware makes of a body has the same limit. */
function limitBody(route: Route, next: Handler): Handler {
  const limit = route.requestBodyLimit;
  if (limit === undefined) return next;
  return (exchange) => {
    const { body } = exchange.request;
    if (body.length !== null && body.length > limit) {
      return Promise.reject(new Failed("payload_too_large", `Content-Length ${body.length} is above ${limit}`));
    }
    if (body.length !== 0) body.limit = limit;
    return next(exchange);
  };
}
