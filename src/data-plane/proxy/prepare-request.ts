import { Failed } from "../exchange/failure.ts";
import type { Body } from "../exchange/body.ts";
import type { Exchange } from "../exchange/exchange.ts";
import { forwardedLines } from "../http/forwarded.ts";
import type { Framing } from "../http/framing.ts";
import { notForwarded } from "../http/hop-by-hop.ts";
import type { UpstreamRequest } from "../http1/upstream-request.ts";

/** Milliseconds; see ForwardAction. */
export interface ForwardTimeouts {
  readonly connect: number;
  readonly read: number;
  readonly send: number;
}

const NONE: Framing = { kind: "none" };
const CHUNKED: Framing = { kind: "chunked" };

/**
 * The request as every endpoint gets it, however many are tried. Writes it anew: start line, Host, the client's fields without those that end here, what we say of the client, and exactly one
 * framing (RFC 9112 §6). Nothing is copied that says how long the message is.
 */
export function prepareRequest(exchange: Exchange, timeouts: ForwardTimeouts): UpstreamRequest {
  const { request } = exchange;
  const { method, target, headers, authority, body, upgrade } = request;
  checkTarget(target);
  const framing = framingOf(body);
  const head =
    `${method} ${target} HTTP/1.1\r\n` +
    `Host: ${authority}\r\n` +
    headers.serialize(notForwarded(headers)) +
    forwardedLines(exchange) +
    framingLine(framing, headers.has("content-length")) +
    (request.expectsContinue ? "Expect: 100-continue\r\n" : "") +
    (upgrade === null ? "" : `Connection: upgrade\r\nUpgrade: ${upgrade}\r\n`) +
    "\r\n";
  return {
    method,
    head,
    block: null,
    framing,
    body,
    unhurried: false,
    upgrade,
    readTimeout: timeouts.read,
    writeTimeout: timeouts.send,
    exchange,
  };
}

/** The target may have been rewritten by a middleware: what is written on a line must not be able to end it. */
export function checkTarget(target: string): void {
  if (UNSAFE.test(target)) throw new Failed("internal_error", "a request target that holds a space or a control");
}

/** How the end of a request's body is found in HTTP/1 (RFC 9112 §6). */
export function framingOf({ length }: Pick<Body, "length">): Framing {
  if (length === null) return CHUNKED;
  return length === 0 ? NONE : { kind: "length", length };
}

/** Beyond latin1 a character would be cut to an octet, which may be any. */
const UNSAFE = /[^\x21-\x7e\x80-\xff]/;

function framingLine(framing: Framing, hadLength: boolean): string {
  if (framing.kind === "chunked") return "Transfer-Encoding: chunked\r\n";
  if (framing.kind === "length") return `Content-Length: ${framing.length}\r\n`;
  return hadLength ? "Content-Length: 0\r\n" : "";
}
