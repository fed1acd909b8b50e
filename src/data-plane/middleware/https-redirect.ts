import { Failed } from "../exchange/failure.ts";
import { GatewayHeaders } from "../exchange/headers.ts";
import type { MiddlewareFactory } from "./factory.ts";

/**
 * Sends plain HTTP to HTTPS as ingress-nginx does (`ssl-redirect`, `force-ssl-redirect`): host without port, one trailing slash taken off
 * the whole URI unless `keepTrailingSlash`. The port is written where it is not 443, or `usePort` asks for it.
 * Options: `code` (default 308), `keepTrailingSlash` (default false), `usePort` (default false).
 */
export const httpsRedirect: MiddlewareFactory = (options, surroundings) => {
  const status = typeof options["code"] === "number" ? options["code"] : 308;
  const keepTrailingSlash = options["keepTrailingSlash"] === true;
  const usePort = options["usePort"] === true;
  return function redirectToHttps(exchange, next) {
    const { scheme, target, authority } = exchange.request;
    if (scheme === "https") return next(exchange);
    // HTTP/1.0 may come without a Host; a Location without one is none.
    if (authority === "") return Promise.reject(new Failed("bad_request", "no Host to redirect to"));
    const port = surroundings.publicHttpsPort() ?? 443;
    const host = authority.replace(/:[0-9]+$/, "");
    const uri = !keepTrailingSlash && target.endsWith("/") ? target.slice(0, -1) : target;
    const location = `https://${host}${port === 443 && !usePort ? "" : `:${port}`}${uri}`;
    return Promise.resolve({ status, reason: "", headers: GatewayHeaders.of({ Location: location }), body: null });
  };
};
