import { GatewayHeaders } from "../exchange/headers.ts";

/** Why a block of field lines was refused. The caller knows which side is to blame. */
export class FieldError extends Error {
  readonly tooMany: boolean;
  constructor(message: string, tooMany = false) {
    super(message);
    this.tooMany = tooMany;
  }
}

// field-line of RFC 9112 §5, as often as they come. One regular expression over the whole block is several times faster than a loop in
// TypeScript, and as each part can only end at one character there is nothing to backtrack into.
const FIELD_LINES = /(?:[!#$%&'*+\-.^_`|~0-9A-Za-z]+:[\t\x20-\x7e\x80-\xff]*\r\n)*/y;
const TAB = 9;
const SPACE = 32;

/**
 * Reads field lines (RFC 9112 §5), strictly: no folding, no space before the colon, no empty name, no control but HTAB in a value, no
 * bare CR or LF. Names with an underscore are left out, as nginx does: upstreams that map names to variables cannot tell them from a dash.
 *
 * @param head latin1 text that ends with CRLF
 * @param start index of the first field line
 * @throws {FieldError}
 */
export function parseFields(head: string, start: number, maxCount: number): GatewayHeaders {
  checkGrammar(head, start);
  const lower = head.toLowerCase();
  const names: string[] = [];
  const spans: number[] = [];
  /** Lines that were not written "Name: value", written so. */
  let rewritten = "";
  let count = 0;
  let underscore = head.indexOf("_", start);
  for (let at = start; at < head.length;) {
    if (++count > maxCount) throw new FieldError(`more than ${maxCount} fields`, true);
    const colon = head.indexOf(":", at);
    // After the check of the grammar every CR is that of a line's end.
    const lineEnd = head.indexOf("\r", colon);
    const name = lower.slice(at, colon);
    if (name === "transfer-encoding") refuseTabs(head, colon, lineEnd);
    if (underscore >= 0 && underscore < at) underscore = head.indexOf("_", at);
    if (underscore < at || underscore > colon) {
      names.push(name);
      let from = colon + 1;
      let to = lineEnd;
      while (from < to && isSpace(head.charCodeAt(from))) from += 1;
      while (to > from && isSpace(head.charCodeAt(to - 1))) to -= 1;
      if (from === colon + 2 && to === lineEnd && head.charCodeAt(colon + 1) === SPACE) spans.push(at, from, to);
      else {
        const lineStart = head.length + rewritten.length;
        const valueStart = lineStart + name.length + 2;
        spans.push(lineStart, valueStart, valueStart + to - from);
        rewritten += `${head.slice(at, colon)}: ${head.slice(from, to)}\r\n`;
      }
    }
    at = lineEnd + 2;
  }
  return new GatewayHeaders(head + rewritten, names, spans);
}

function checkGrammar(head: string, start: number): void {
  FIELD_LINES.lastIndex = start;
  FIELD_LINES.test(head);
  const end = FIELD_LINES.lastIndex;
  if (end !== head.length) throw new FieldError(`malformed field line ${JSON.stringify(head.slice(end, end + 60))}`);
}

/** Legal, but a known way to make two parsers disagree about framing. */
function refuseTabs(head: string, start: number, end: number): void {
  if (head.slice(start, end).includes("\t")) throw new FieldError("a tab in the value of Transfer-Encoding");
}

function isSpace(code: number): boolean {
  return code === SPACE || code === TAB;
}
