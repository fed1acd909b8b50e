import { Failed } from "../exchange/failure.ts";
import type { GatewayHeaders } from "../exchange/headers.ts";
import { FieldError, parseFields } from "../http/fields.ts";

/** A request line and its fields, grammatical but not yet judged. */
export interface RequestHead {
  readonly method: string;
  readonly target: string;
  readonly httpVersion: "1.0" | "1.1";
  readonly headers: GatewayHeaders;
}

// RFC 9112 §3, with exactly one space: a line we would have to repair is refused.
const REQUEST_LINE = /^([!#$%&'*+\-.^_`|~0-9A-Za-z]+) ([\x21-\x7e\x80-\xff]+) HTTP\/(1\.[01])$/;

const GET = "GET ";
const VERSION = " HTTP/1.1";
const TARGET = /^[\x21-\x7e\x80-\xff]+$/;

/**
 * @param head latin1 text, ended by the CRLF of its last line, without the empty line
 * @throws {Failed} bad_request, headers_too_large
 */
export function parseRequestHead(head: string, maxFields: number): RequestHead {
  const lineEnd = head.indexOf("\r\n");
  const target = targetOfGet(head, lineEnd);
  if (target !== null)
    return { method: "GET", target, httpVersion: "1.1", headers: readFields(head, lineEnd, maxFields) };
  const line = REQUEST_LINE.exec(head.slice(0, lineEnd));
  if (line === null)
    throw new Failed("bad_request", `malformed request line ${JSON.stringify(head.slice(0, Math.min(lineEnd, 200)))}`);
  const headers = readFields(head, lineEnd, maxFields);
  return { method: line[1] as string, target: line[2] as string, httpVersion: line[3] as "1.0" | "1.1", headers };
}

/** The commonest request line, without an array of what was found in it. */
function targetOfGet(head: string, lineEnd: number): string | null {
  if (!head.startsWith(GET) || !head.startsWith(VERSION, lineEnd - VERSION.length)) return null;
  const target = head.slice(GET.length, lineEnd - VERSION.length);
  return TARGET.test(target) ? target : null;
}

function readFields(head: string, lineEnd: number, maxFields: number): GatewayHeaders {
  try {
    return parseFields(head, lineEnd + 2, maxFields);
  } catch (error) {
    if (!(error instanceof FieldError)) throw error;
    throw new Failed(error.tooMany ? "headers_too_large" : "bad_request", error.message);
  }
}
