import { Failed } from "../exchange/failure.ts";
import type { GatewayHeaders } from "../exchange/headers.ts";
import { FieldError, parseFields } from "../http/fields.ts";

/** A status line and its fields. */
export interface ResponseHead {
  /** 100 to 999. */
  readonly status: number;
  readonly reason: string;
  readonly httpVersion: "1.0" | "1.1";
  readonly headers: GatewayHeaders;
}

// RFC 9112 §4. The space before an empty reason phrase is often left out.
const STATUS_LINE = /^HTTP\/(1\.[01]) ([1-9][0-9]{2})(?: ([\t\x20-\x7e\x80-\xff]*))?$/;

/** The commonest by far. */
const OK = "HTTP/1.1 200 OK\r\n";

/**
 * @param head latin1 text, ended by the CRLF of its last line, without the empty line
 * @throws {Failed} upstream_invalid
 */
export function parseResponseHead(head: string, maxFields: number): ResponseHead {
  if (head.startsWith(OK))
    return { status: 200, reason: "OK", httpVersion: "1.1", headers: readFields(head, OK.length, maxFields) };
  const lineEnd = head.indexOf("\r\n");
  const line = STATUS_LINE.exec(head.slice(0, lineEnd));
  if (line === null)
    throw new Failed(
      "upstream_invalid",
      `malformed status line ${JSON.stringify(head.slice(0, Math.min(lineEnd, 200)))}`,
    );
  const headers = readFields(head, lineEnd + 2, maxFields);
  return { status: Number(line[2]), reason: line[3] ?? "", httpVersion: line[1] as "1.0" | "1.1", headers };
}

function readFields(head: string, start: number, maxFields: number): GatewayHeaders {
  try {
    return parseFields(head, start, maxFields);
  } catch (error) {
    if (!(error instanceof FieldError)) throw error;
    throw new Failed("upstream_invalid", error.message);
  }
}
