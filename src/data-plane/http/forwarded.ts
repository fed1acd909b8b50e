import type { Exchange } from "../exchange/exchange.ts";

/**
 * What the gateway tells the upstream about the client, as ingress-nginx writes it. The client's own X-Forwarded-* and Forwarded are
 * never passed on as facts: its X-Forwarded-For goes on as X-Original-Forwarded-For.
 *
 * @returns field lines, each ended by CRLF
 */
export function forwardedLines(exchange: Exchange): string {
  const { request, id, listenerPort } = exchange;
  const { clientAddress, authority, scheme } = request;
  const original = request.headers.has("x-forwarded-for")
    ? request.headers.all("x-forwarded-for").join(", ")
    : undefined;
  return (
    `X-Request-ID: ${id}\r\n` +
    `X-Real-IP: ${clientAddress}\r\n` +
    `X-Forwarded-For: ${clientAddress}\r\n` +
    `X-Forwarded-Host: ${authority}\r\n` +
    `X-Forwarded-Port: ${listenerPort}\r\n` +
    `X-Forwarded-Proto: ${scheme}\r\n` +
    `X-Forwarded-Scheme: ${scheme}\r\n` +
    `X-Scheme: ${scheme}\r\n` +
    (original === undefined ? "" : `X-Original-Forwarded-For: ${original}\r\n`)
  );
}
