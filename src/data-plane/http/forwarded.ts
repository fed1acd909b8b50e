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
  const alike =
    client === chain ? linesAlike(client, host, port, scheme) : makeLines(client, chain, host, port, scheme);
  return `X-Request-ID: ${id}${alike}${original === "" ? "" : `X-Original-Forwarded-For: ${original}\r\n`}`;
}

function makeLines(client: string, chain: string, host: string, port: number, scheme: string): string {
  return (
    "\r\n" +
    `X-Real-IP: ${client}\r\n` +
    `X-Forwarded-For: ${chain}\r\n` +
    `X-Forwarded-Host: ${host}\r\n` +
    `X-Forwarded-Port: ${port}\r\n` +
    `X-Forwarded-Proto: ${scheme}\r\n` +
    `X-Forwarded-Scheme: ${scheme}\r\n` +
    `X-Scheme: ${scheme}\r\n`
  );
}

/** What one client's requests to one host have in common. */
interface Alike {
  readonly client: string;
  readonly host: string;
  readonly port: number;
  readonly scheme: string;
  readonly text: string;
}

const SLOTS = 1024;
const remembered: (Alike | undefined)[] = Array.from({ length: SLOTS });

/** The lines as one flat text: to put them together anew for each request, and to flatten them, costs 150 ns. */
function linesAlike(client: string, host: string, port: number, scheme: string): string {
  const slot = slotOf(client, host);
  const found = remembered[slot];
  if (
    found !== undefined &&
    found.client === client &&
    found.host === host &&
    found.port === port &&
    found.scheme === scheme
  ) {
    return found.text;
  }
  const text = Buffer.from(makeLines(client, client, host, port, scheme), "latin1").toString("latin1");
  remembered[slot] = { client, host, port, scheme, text };
  return text;
}

/** Neighbours in a network differ in their last characters, hosts in their first. */
function slotOf(client: string, host: string): number {
  const { length } = client;
  const last = client.charCodeAt(length - 1) * 31 + client.charCodeAt(length - 2);
  return (last * 31 + host.charCodeAt(0) * 7 + host.length + client.charCodeAt(length - 3) * 131) & (SLOTS - 1);
}
