import type { JsonObject } from "../../snapshot/json.ts";
import type { MiddlewareSettings } from "../../snapshot/route.ts";
import type { Middleware } from "../exchange/handler.ts";
import { httpsRedirect } from "./https-redirect.ts";

/** What middleware may know of the data plane it runs in. */
export interface MiddlewareSurroundings {
  /** The port clients use for HTTPS; null while HTTPS is not served. */
  readonly publicHttpsPort: () => number | null;
}

/** Made once a route. @throws {Error} on options it cannot work with */
export type MiddlewareFactory = (options: JsonObject, surroundings: MiddlewareSurroundings) => Middleware;

const FACTORIES: ReadonlyMap<string, MiddlewareFactory> = new Map([["https-redirect", httpsRedirect]]);

/** @throws {Error} on a name that nobody registered: the snapshot is then not applied */
export function makeMiddleware(settings: MiddlewareSettings, surroundings: MiddlewareSurroundings): Middleware {
  const factory = FACTORIES.get(settings.use);
  if (factory === undefined) throw new Error(`no middleware is called ${JSON.stringify(settings.use)}`);
  return factory(settings.options, surroundings);
}
