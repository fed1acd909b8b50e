import { Failed, type FailureName } from "../exchange/failure.ts";
import type { GatewayHeaders } from "../exchange/headers.ts";
import { listMembers } from "./grammar.ts";

/** How the end of a body is found (RFC 9112 §6.3). */
export type Framing =
  | { readonly kind: "none" }
  | { readonly kind: "length"; readonly length: number }
  | { readonly kind: "chunked" }
  | { readonly kind: "until-close" };

const NONE: Framing = { kind: "none" };
const CHUNKED: Framing = { kind: "chunked" };
const UNTIL_CLOSE: Framing = { kind: "until-close" };
const DIGITS = /^[0-9]+$/;

/**
 * RFC 9112 §6.3 for a request, where every doubt is an error.
 * @throws {Failed} bad_request, coding_not_implemented, payload_too_large (a length beyond 2^53 - 1)
 */
export function requestFraming(headers: GatewayHeaders, httpVersion: "1.0" | "1.1"): Framing {
  const coding = headers.get("transfer-encoding");
  const length = headers.get("content-length");
  if (coding === undefined) {
    if (length === undefined) return NONE;
    const value = parseLength(headers, length, "bad_request", "payload_too_large");
    return value === 0 ? NONE : { kind: "length", length: value };
  }
  if (length !== undefined) throw new Failed("bad_request", "both Content-Length and Transfer-Encoding");
  if (httpVersion === "1.0") throw new Failed("bad_request", "Transfer-Encoding in HTTP/1.0");
  if (headers.repeats("transfer-encoding")) throw new Failed("bad_request", "several Transfer-Encoding fields");
  if (coding.toLowerCase() === "chunked") return CHUNKED;
  throw new Failed(
    isUnknownCoding(coding) ? "coding_not_implemented" : "bad_request",
    `Transfer-Encoding ${JSON.stringify(coding)}`,
  );
}

/** Codings we could be asked for but do not know are 501 (RFC 9112 §6.1); lists that end wrongly or are no lists are 400. */
function isUnknownCoding(value: string): boolean {
  if (/[^\x21-\x7e ]/.test(value)) return false;
  const members = listMembers(value);
  const chunked = members.indexOf("chunked");
  if (chunked >= 0 && chunked < members.length - 1) return false;
  return members.every((member) => member !== "" && !member.startsWith("chunked;"));
}

/**
 * RFC 9112 §6.3 for a response to `method`.
 * @throws {Failed} upstream_invalid
 */
export function responseFraming(
  headers: GatewayHeaders,
  status: number,
  method: string,
  httpVersion: "1.0" | "1.1",
): Framing {
  const coding = headers.get("transfer-encoding");
  const length = headers.get("content-length");
  const value = length === undefined ? null : parseLength(headers, length, "upstream_invalid", "upstream_invalid");
  if (coding !== undefined) {
    if (length !== undefined) throw new Failed("upstream_invalid", "both Content-Length and Transfer-Encoding");
    if (coding.toLowerCase() !== "chunked" || headers.repeats("transfer-encoding") || httpVersion === "1.0") {
      throw new Failed("upstream_invalid", `Transfer-Encoding ${JSON.stringify(coding)}`);
    }
  }
  if (method === "HEAD" || status < 200 || status === 204 || status === 304) return NONE;
  if (coding !== undefined) return CHUNKED;
  if (value === null) return UNTIL_CLOSE;
  return value === 0 ? NONE : { kind: "length", length: value };
}

function parseLength(headers: GatewayHeaders, value: string, invalid: FailureName, tooLarge: FailureName): number {
  if (headers.repeats("content-length")) throw new Failed(invalid, "several Content-Length fields");
  if (!DIGITS.test(value)) throw new Failed(invalid, `Content-Length ${JSON.stringify(value)}`);
  const length = Number(value);
  if (length > Number.MAX_SAFE_INTEGER) throw new Failed(tooLarge, `Content-Length ${value}`);
  return length;
}
