import { Failed } from "../exchange/failure.ts";
import type { GatewayResponse } from "../exchange/response.ts";
import { notReturned } from "../http/hop-by-hop.ts";

/** A final response as it is put on a stream. */
export interface ResponseFields {
  /** Name, value, name, value. */
  readonly block: string[];
  /** Content in bytes; null where it is not known before it ends, and trailers may follow. */
  readonly length: number | null;
}

/**
 * The field block of a final response (RFC 9113 §8.3.2).
 * @throws {Failed} upstream_invalid for a status above 599, which node:http2 does not send
 */
export function responseFields(response: GatewayResponse, method: string): ResponseFields {
  const { status, headers } = response;
  if (status < 200 || status > 599) throw new Failed("upstream_invalid", `status ${status} over HTTP/2`);
  const block = [":status", String(status)];
  const dropped = notReturned(headers);
  headers.forEach((name, value) => {
    if (!dropped(name)) block.push(name, value);
  });
  // RFC 9110 §15.3.6: 205 has none either.
  const bodiless = method === "HEAD" || status === 204 || status === 205 || status === 304;
  const length = contentLength(response);
  if (!bodiless) {
    if (length !== null) block.push("content-length", String(length));
    return { block, length };
  }
  // What the length of a GET's body would be, as the upstream told it (RFC 9110 §8.6).
  const told = headers.get("content-length") ?? (typeof response.body === "string" ? length : undefined);
  if (told !== undefined && status !== 204 && status !== 205) block.push("content-length", String(Number(told)));
  return { block, length: 0 };
}

function contentLength({ body }: GatewayResponse): number | null {
  if (body === null) return 0;
  return typeof body === "string" ? Buffer.byteLength(body) : body.length;
}
