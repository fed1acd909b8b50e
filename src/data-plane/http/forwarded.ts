import type { Exchange } from "../exchange/exchange.ts";
import { Failed } from "../exchange/failure.ts";
import type { GatewayHeaders } from "../exchange/headers.ts";

/**
 * What the gateway tells the upstream about the client, as ingress-nginx writes it. The client's own X-Forwarded-* and Forwarded are
 * never passed on as facts, unless a trusted peer vouches for them: X-Forwarded-For and -Host, as they came, go on as X-Original-Forwarded-For
 * and -Host.
 *
 * @returns field lines, each ended by CRLF
 * @throws {Failed} loop_detected
 */
export function forwardedLines(exchange: Exchange): string {
  const { request, id, listenerPort } = exchange;
  const { clientAddress, authority, scheme, headers, forwarded } = request;
  const chain = forwarded?.chain ?? clientAddress;
  const port = forwarded?.port ?? listenerPort;
  const ofClient =
    chain === clientAddress ? linesAlike(chain, port, scheme) : clientLines(clientAddress, chain, port, scheme);
  const own = `X-Request-ID: ${id}\r\nX-Forwarded-Host: ${authority}${ofClient}`;
  const original = forwarded?.original ?? joined(headers, "x-forwarded-for");
  const host = joined(headers, "x-forwarded-host");
  if (original === "" && host === "") return own;
  return own + originalLine("For", original) + (host === "" ? "" : originalLine("Host", host) + hopsLine(headers));
}

const HOPS = "x-ts-ingress-hops";
/** Gateways that one request goes through. Nobody has so many; a Service may lead back to us, and one request would then take all our connections. */
const MOST_HOPS = 16;

/** Counts from the third gateway on: what comes straight from clients, or through one proxy, pays nothing for it and looks no different. */
function hopsLine(headers: GatewayHeaders): string {
  if (!headers.has("x-original-forwarded-host")) return "";
  const before = headers.get(HOPS) ?? "";
  const hops = /^\d{1,2}$/.test(before) ? Number(before) + 1 : 1;
  if (hops > MOST_HOPS) throw new Failed("loop_detected", `the request came through ${hops} gateways`);
  return `X-TS-Ingress-Hops: ${hops}\r\n`;
}

function joined(headers: GatewayHeaders, name: string): string {
  return headers.has(name) ? headers.all(name).join(", ") : "";
}

function originalLine(of: "For" | "Host", value: string): string {
  return value === "" ? "" : `X-Original-Forwarded-${of}: ${value}\r\n`;
}

/** @returns lines behind the end of another */
function clientLines(client: string, chain: string, port: number, scheme: string): string {
  return (
    "\r\n" +
    `X-Real-IP: ${client}\r\n` +
    `X-Forwarded-For: ${chain}\r\n` +
    `X-Forwarded-Port: ${port}\r\n` +
    `X-Forwarded-Proto: ${scheme}\r\n` +
    `X-Forwarded-Scheme: ${scheme}\r\n` +
    `X-Scheme: ${scheme}\r\n`
  );
}

/** What one client's requests have in common. */
interface Alike {
  readonly client: string;
  readonly port: number;
  readonly scheme: string;
  text: string;
  /** Asked for a second time: then it is worth to be one piece. */
  flat: boolean;
}

const SLOTS = 1024;
const remembered: (Alike | undefined)[] = Array.from({ length: SLOTS });

/** The lines as one flat text: to put them together anew for each request, and to flatten them, costs 150 ns. */
function linesAlike(client: string, port: number, scheme: string): string {
  const slot = slotOf(client);
  const found = remembered[slot];
  if (found === undefined || found.client !== client || found.port !== port || found.scheme !== scheme) {
    const text = clientLines(client, client, port, scheme);
    remembered[slot] = { client, port, scheme, text, flat: false };
    return text;
  }
  if (!found.flat) {
    found.text = Buffer.from(found.text, "latin1").toString("latin1");
    found.flat = true;
  }
  return found.text;
}

/** Neighbours in a network differ in their last characters. */
function slotOf(client: string): number {
  const { length } = client;
  const last = client.charCodeAt(length - 1) * 31 + client.charCodeAt(length - 2);
  return (last * 31 + client.charCodeAt(length - 3) * 131 + length) & (SLOTS - 1);
}
