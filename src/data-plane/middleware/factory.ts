import type { JsonObject } from "../../snapshot/json.ts";
import type { Middleware } from "../exchange/handler.ts";
import type { HeldBytes } from "./held-bytes.ts";

/** What middleware may know of the data plane it runs in. */
export interface MiddlewareSurroundings {
  /** The port clients use for HTTPS; null while HTTPS is not served. */
  readonly publicHttpsPort: () => number | null;
  /** What is held of request bodies, by all middleware together. */
  readonly heldBytes: HeldBytes;
}

/** Made once a route. @throws {Error} on options it cannot work with */
export type MiddlewareFactory = (options: JsonObject, surroundings: MiddlewareSurroundings) => Middleware;
