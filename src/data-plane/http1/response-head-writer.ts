import { STATUS_CODES } from "node:http";
import type { GatewayHeaders } from "../exchange/headers.ts";
import type { GatewayRequest } from "../exchange/request.ts";
import type { GatewayResponse } from "../exchange/response.ts";
import type { Framing } from "../http/framing.ts";
import { notReturned } from "../http/hop-by-hop.ts";
import { httpDate } from "../http/http-date.ts";

/** How a response is written: its head, what the head announces, and whether the connection ends with it. */
export interface WrittenHead {
  readonly text: string;
  readonly framing: Framing;
  readonly close: boolean;
}

/**
 * The head of a final response in HTTP/1 (RFC 9112 §4, §6): our own framing, never the upstream's.
 * @param close end the connection after this response
 */
export function writeResponseHead(response: GatewayResponse, request: GatewayRequest, close: boolean): WrittenHead {
  const { status, headers } = response;
  const bodiless = request.method === "HEAD" || status === 204 || status === 304 || status === 101;
  const length = contentLength(response);
  const untilClose = !bodiless && length === null && request.httpVersion === "1.0";
  const closes = close || untilClose;
  let framing: Framing = { kind: "none" };
  let framingLine = "";
  if (bodiless) {
    // What the length of a GET's body would be, as the upstream told it (RFC 9110 §8.6).
    const told = status === 204 || status === 101 ? undefined : (headers.get("content-length") ?? textLength(response));
    if (told !== undefined) framingLine = `Content-Length: ${Number(told)}\r\n`;
  } else if (length !== null) {
    framingLine = `Content-Length: ${length}\r\n`;
    if (length > 0) framing = { kind: "length", length };
  } else if (untilClose) {
    framing = { kind: "until-close" };
  } else {
    framing = { kind: "chunked" };
    framingLine = "Transfer-Encoding: chunked\r\n";
  }
  const text =
    `HTTP/1.1 ${status} ${response.reason === "" ? (STATUS_CODES[status] ?? "") : response.reason}\r\n` +
    headers.serialize(notReturned(headers)) +
    (headers.has("date") ? "" : `Date: ${httpDate()}\r\n`) +
    framingLine +
    connectionLine(status, closes, request) +
    "\r\n";
  return { text, framing, close: closes };
}

/** The whole of an interim response (RFC 9110 §15.2). */
export function interimHead(status: number, headers: GatewayHeaders): string {
  return `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ""}\r\n${headers.serialize(notReturned(headers))}\r\n`;
}

function contentLength(response: GatewayResponse): number | null {
  if (response.body === null) return 0;
  return typeof response.body === "string" ? Buffer.byteLength(response.body) : response.body.length;
}

function textLength(response: GatewayResponse): string | undefined {
  return typeof response.body === "string" ? String(Buffer.byteLength(response.body)) : undefined;
}

function connectionLine(status: number, close: boolean, request: GatewayRequest): string {
  if (status === 101) return `Connection: upgrade\r\nUpgrade: ${request.upgrade}\r\n`;
  if (close) return "Connection: close\r\n";
  return request.httpVersion === "1.0" ? "Connection: keep-alive\r\n" : "";
}
