import type { Exchange } from "../exchange/exchange.ts";

/**
 * What the gateway tells the upstream about the client, as ingress-nginx writes it. The client's own X-Forwarded-* and Forwarded are
 * never passed on as facts, unless a trusted peer vouches for them: its X-Forwarded-For goes on as X-Original-Forwarded-For.
 *
 * @returns field lines, each ended by CRLF
 */
export function forwardedLines(exchange: Exchange): string {
  const { request, id, listenerPort } = exchange;
  const { clientAddress, authority, scheme, forwarded } = request;
  if (forwarded !== undefined) {
    const { chain, port, original } = forwarded;
    return lines(id, clientAddress, chain ?? clientAddress, authority, port ?? listenerPort, scheme, original);
  }
  const original = request.headers.has("x-forwarded-for") ? request.headers.all("x-forwarded-for").join(", ") : "";
  return lines(id, clientAddress, clientAddress, authority, listenerPort, scheme, original);
}

function lines(
  id: string,
  client: string,
  chain: string,
  host: string,
  port: number,
  scheme: string,
  original: string,
): string {
  return (
    `X-Request-ID: ${id}\r\n` +
    `X-Real-IP: ${client}\r\n` +
    `X-Forwarded-For: ${chain}\r\n` +
    `X-Forwarded-Host: ${host}\r\n` +
    `X-Forwarded-Port: ${port}\r\n` +
    `X-Forwarded-Proto: ${scheme}\r\n` +
    `X-Forwarded-Scheme: ${scheme}\r\n` +
    `X-Scheme: ${scheme}\r\n` +
    (original === "" ? "" : `X-Original-Forwarded-For: ${original}\r\n`)
  );
}
