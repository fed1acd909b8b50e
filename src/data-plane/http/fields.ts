import { GatewayHeaders } from "../exchange/headers.ts";
import { lowerName } from "./field-names.ts";

/** Why a block of field lines was refused. The caller knows which side is to blame. */
export class FieldError extends Error {
  readonly tooMany: boolean;
  constructor(message: string, tooMany = false) {
    super(message);
    this.tooMany = tooMany;
  }
}

const TAB = 9;
const SPACE = 32;
const DELETE = 127;

/**
 * Reads field lines (RFC 9112 §5), strictly: no folding, no space before the colon, no empty name, no control but HTAB in a value.
 * Names with an underscore are left out, as nginx does: upstreams that map names to variables cannot tell them from a dash.
 *
 * @param head latin1 text that ends with CRLF
 * @param start index of the first field line
 * @throws {FieldError}
 */
export function parseFields(head: string, start: number, maxCount: number): GatewayHeaders {
  const fields: string[] = [];
  let count = 0;
  for (let at = start; at < head.length;) {
    const colon = head.indexOf(":", at);
    const lineEnd = head.indexOf("\r\n", at);
    if (colon < 0 || colon > lineEnd) throw new FieldError("a field line without a colon");
    const name = head.slice(at, colon);
    const lower = lowerName(name);
    if (lower === null) throw new FieldError(`invalid field name ${JSON.stringify(name)}`);
    if (++count > maxCount) throw new FieldError(`more than ${maxCount} fields`, true);
    const value = readValue(head, colon + 1, lineEnd, lower);
    if (!lower.includes("_")) fields.push(name, lower, value);
    at = lineEnd + 2;
  }
  return new GatewayHeaders(fields);
}

/** A field value without the white space around it (RFC 9110 §5.5). */
function readValue(head: string, start: number, end: number, lower: string): string {
  let from = start;
  let to = end;
  while (from < to && isSpace(head.charCodeAt(from))) from += 1;
  while (to > from && isSpace(head.charCodeAt(to - 1))) to -= 1;
  for (let i = from; i < to; i++) {
    const code = head.charCodeAt(i);
    if ((code < SPACE && code !== TAB) || code === DELETE)
      throw new FieldError(`a control character in the value of ${lower}`);
  }
  // Legal, but a known way to make two parsers disagree about framing.
  if (lower === "transfer-encoding" && head.slice(start, end).includes("\t")) {
    throw new FieldError("a tab in the value of Transfer-Encoding");
  }
  return head.slice(from, to);
}

function isSpace(code: number): boolean {
  return code === SPACE || code === TAB;
}
