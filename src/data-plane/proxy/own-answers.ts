import { GatewayHeaders } from "../exchange/headers.ts";
import type { Handler } from "../exchange/handler.ts";

/** `OPTIONS *` asks about the gateway itself (RFC 9110 §9.3.7). */
export const OPTIONS_OF_SERVER: Handler = () =>
  Promise.resolve({ status: 204, reason: "", headers: new GatewayHeaders(), body: null });

/** `/healthz` on a data port: the listener lives. */
export const HEALTHY: Handler = () =>
  Promise.resolve({
    status: 200,
    reason: "",
    headers: GatewayHeaders.of({ "Content-Type": "text/plain; charset=utf-8" }),
    body: "ok\n",
  });
