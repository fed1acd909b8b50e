import type { Exchange } from "../data-plane/exchange/exchange.ts";

/** Of the end of a request's head: the empty line. */
const EMPTY_LINE = 2;
/** Of "METHOD target HTTP/1.1" and its end: all but the two words. */
const REQUEST_LINE = 12;

/** Octets of a request, head and body, as it came over HTTP/1; over HTTP/2, which compresses heads, as HTTP/1 would have sent it. */
export function requestSize({ request, record }: Exchange): number {
  const { headers, method, target, httpVersion } = request;
  const line = httpVersion === "2" ? method.length + target.length + REQUEST_LINE : 0;
  return line + headers.textLength + EMPTY_LINE + record.requestBytes;
}

/** Octets of a response, head and body; over HTTP/2 of the body alone. */
export function responseSize({ record }: Exchange): number {
  return record.responseHeadBytes + record.responseBytes;
}
