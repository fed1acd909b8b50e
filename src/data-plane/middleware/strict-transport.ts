import type { MiddlewareFactory } from "./factory.ts";

/**
 * Tells browsers to come by HTTPS alone (RFC 6797), in place of what the upstream says of it. Only over TLS of our own, as ingress-nginx does:
 * who ends TLS in front of us says it itself.
 * Options: `value` of Strict-Transport-Security.
 */
export const strictTransport: MiddlewareFactory = ({ value }) => {
  if (typeof value !== "string") throw new Error("strict-transport needs a value");
  return function tellStrictTransport(exchange, next) {
    if (exchange.secure === null) return next(exchange);
    return next(exchange).then((response) => {
      response.headers.set("Strict-Transport-Security", value);
      return response;
    });
  };
};
