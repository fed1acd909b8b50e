import { GatewayHeaders } from "../exchange/headers.ts";
import { isToken } from "./grammar.ts";

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

/**
 * Reads field lines (RFC 9112 §5), strictly: no folding, no space before the colon, no empty name.
 * Names with an underscore are left out, as nginx does: upstreams that map names to variables cannot tell them from a dash.
 *
 * @param head latin1 text already free of forbidden octets (grammar.ts), every line ended by CRLF
 * @param start index of the first field line
 * @throws {FieldError}
 */
export function parseFields(head: string, start: number, maxCount: number): GatewayHeaders {
  const fields: string[] = [];
  let count = 0;
  for (let at = start; at < head.length;) {
    const lineEnd = head.indexOf("\r\n", at);
    const colon = head.indexOf(":", at);
    if (colon < 0 || colon > lineEnd) throw new FieldError("a field line without a colon");
    const name = head.slice(at, colon);
    if (!isToken(name)) throw new FieldError(`invalid field name ${JSON.stringify(name)}`);
    if (++count > maxCount) throw new FieldError(`more than ${maxCount} fields`, true);
    let from = colon + 1;
    let to = lineEnd;
    let tabs = false;
    for (
      let code = head.charCodeAt(from);
      from < to && (code === SPACE || code === TAB);
      code = head.charCodeAt(++from)
    ) {
      tabs ||= code === TAB;
    }
    for (
      let code = head.charCodeAt(to - 1);
      to > from && (code === SPACE || code === TAB);
      code = head.charCodeAt(--to - 1)
    ) {
      tabs ||= code === TAB;
    }
    const lowerName = name.toLowerCase();
    // Legal, but a known way to make two parsers disagree about framing.
    if (tabs && lowerName === "transfer-encoding") throw new FieldError("a tab around the value of Transfer-Encoding");
    if (!name.includes("_")) fields.push(name, lowerName, head.slice(from, to));
    at = lineEnd + 2;
  }
  return new GatewayHeaders(fields);
}
