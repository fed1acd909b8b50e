import type { MiddlewareSettings } from "../../snapshot/route.ts";
import type { Middleware } from "../exchange/handler.ts";
import type { MiddlewareFactory, MiddlewareSurroundings } from "./factory.ts";
import { bufferRequest } from "./buffer-request.ts";
import { clientCertificate } from "./client-certificate.ts";
import { compress } from "./compress.ts";
import { decompressRequest } from "./decompress-request.ts";
import { defaultBackend } from "./default-backend.ts";
import { httpsRedirect } from "./https-redirect.ts";
import { strictTransport } from "./strict-transport.ts";

const FACTORIES: ReadonlyMap<string, MiddlewareFactory> = new Map([
  ["buffer-request", bufferRequest],
  ["client-certificate", clientCertificate],
  ["compress", compress],
  ["decompress-request", decompressRequest],
  ["default-backend", defaultBackend],
  ["https-redirect", httpsRedirect],
  ["strict-transport", strictTransport],
]);

/** @throws {Error} on a name that nobody registered: the snapshot is then not applied */
export function makeMiddleware(settings: MiddlewareSettings, surroundings: MiddlewareSurroundings): Middleware {
  const factory = FACTORIES.get(settings.use);
  if (factory === undefined) throw new Error(`no middleware is called ${JSON.stringify(settings.use)}`);
  return factory(settings.options, surroundings);
}
