import type { GatewayHeaders } from "../exchange/headers.ts";

/** Fields that must not come in trailers (RFC 9110 §6.5.1): framing, routing, authentication, and what we state ourselves. */
const FORBIDDEN_TRAILERS = new Set([
  ..."content-length transfer-encoding host authorization proxy-authorization cookie set-cookie connection keep-alive te trailer upgrade http2-settings".split(
    " ",
  ),
  ..."proxy-connection content-type content-encoding content-range expect max-forwards range cache-control x-real-ip x-request-id x-scheme forwarded".split(
    " ",
  ),
]);

/** Whether a field of this lower-case name is left out of trailers. */
export function isForbiddenTrailer(name: string): boolean {
  return (
    FORBIDDEN_TRAILERS.has(name) ||
    name.startsWith("x-forwarded-") ||
    name.startsWith("x-original-forwarded-") ||
    name.startsWith("ssl-client-")
  );
}

/** Trailer lines as they are written after the last chunk, without the forbidden ones. */
export function serializeTrailers(trailers: GatewayHeaders | null): string {
  return trailers === null ? "" : trailers.serialize(isForbiddenTrailer);
}
