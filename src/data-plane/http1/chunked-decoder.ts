import type { GatewayHeaders } from "../exchange/headers.ts";
import { FieldError, parseFields } from "../http/fields.ts";
import type { IncomingBody } from "./incoming-body.ts";

/** A body whose framing breaks the standard: the connection cannot be used any further. */
export class BodyError extends Error {
  readonly tooLarge: boolean;
  constructor(message: string, tooLarge = false) {
    super(message);
    this.tooLarge = tooLarge;
  }
}

const LF = 10;
const CR = 13;
/** Chunk extensions are dropped, but a sender may not make us read them for ever (Go CVE-2023-39326). */
const MAX_SIZE_LINE = 1024;
const MAX_EXTENSION_BYTES = 16 * 1024;
const MAX_TRAILERS = 16 * 1024;

// chunk-size with chunk-ext of RFC 9112 §7.1: at most 13 digits, that is below 2^52, after any leading zeros.
const SIZE_LINE =
  /^0*([0-9A-Fa-f]{1,13})((?:;[!#$%&'*+\-.^_`|~0-9A-Za-z]+(?:=(?:[!#$%&'*+\-.^_`|~0-9A-Za-z]+|"(?:[^"\\\x00-\x08\x0a-\x1f\x7f]|\\[\t\x20-\x7e\x80-\xff])*"))?)*)$/;

type State = "size" | "data" | "data-end" | "trailers";

/** A `BodyDecoder` (body-decoder.ts) by RFC 9112 §7.1, strictly: CRLF everywhere, no signs, spaces or prefixes, no overflow. */
export class ChunkedDecoder {
  readonly endsWithConnection = false;
  readonly #maxFields: number;
  #state: State = "size";
  #left = 0;
  /** A size line or trailer block that is not complete yet. */
  #held = "";
  #extensionBytes = 0;

  constructor(maxFields: number) {
    this.#maxFields = maxFields;
  }

  decode(input: Buffer, at: number, body: IncomingBody): number {
    while (at < input.length && !body.settled) {
      switch (this.#state) {
        case "size":
          at = this.#readSize(input, at);
          break;
        case "data":
          at = this.#readData(input, at, body);
          break;
        case "data-end":
          at = this.#readDataEnd(input, at);
          break;
        case "trailers":
          at = this.#readTrailers(input, at, body);
          break;
      }
    }
    return at;
  }

  #readSize(input: Buffer, at: number): number {
    const end = this.#holdLine(input, at, MAX_SIZE_LINE);
    if (!this.#held.endsWith("\n")) return end;
    const match = this.#held.endsWith("\r\n") ? SIZE_LINE.exec(this.#held.slice(0, -2)) : null;
    if (match === null) throw new BodyError(`malformed chunk size line ${JSON.stringify(this.#held.slice(0, 60))}`);
    this.#extensionBytes += (match[2] as string).length;
    if (this.#extensionBytes > MAX_EXTENSION_BYTES) throw new BodyError("too many chunk extensions", true);
    this.#held = "";
    this.#left = Number.parseInt(match[1] as string, 16);
    this.#state = this.#left === 0 ? "trailers" : "data";
    return end;
  }

  #readData(input: Buffer, at: number, body: IncomingBody): number {
    const end = Math.min(input.length, at + this.#left);
    this.#left -= end - at;
    if (this.#left === 0) this.#state = "data-end";
    body.push(input.subarray(at, end));
    return end;
  }

  #readDataEnd(input: Buffer, at: number): number {
    this.#held += String.fromCharCode(input[at] as number);
    if (this.#held.charCodeAt(0) !== CR || (this.#held.length === 2 && this.#held.charCodeAt(1) !== LF)) {
      throw new BodyError("chunk data is not followed by CRLF");
    }
    if (this.#held.length === 2) {
      this.#held = "";
      this.#state = "size";
    }
    return at + 1;
  }

  #readTrailers(input: Buffer, at: number, body: IncomingBody): number {
    const end = this.#holdLine(input, at, MAX_TRAILERS);
    if (!this.#held.endsWith("\n")) return end;
    const line = this.#held.slice(this.#held.lastIndexOf("\n", this.#held.length - 2) + 1);
    if (!line.endsWith("\r\n")) throw new BodyError("a trailer line ended by a bare LF");
    if (line === "\r\n") body.finish(this.#parseTrailers(this.#held.slice(0, -2)));
    return end;
  }

  #parseTrailers(block: string): GatewayHeaders | null {
    if (block === "") return null;
    try {
      return parseFields(block, 0, this.#maxFields);
    } catch (error) {
      throw error instanceof FieldError ? new BodyError(error.message, error.tooMany) : error;
    }
  }

  /** Adds input up to and including the next LF to what is held. @returns the index behind it */
  #holdLine(input: Buffer, at: number, maxBytes: number): number {
    const lineFeed = input.indexOf(LF, at);
    const end = lineFeed < 0 ? input.length : lineFeed + 1;
    const piece = input.toString("latin1", at, end);
    // What can no longer become a line that ends in CRLF is refused now: the rest may never come. What lies beyond the limit is not looked
    // at, so that the answer does not depend on how the octets were cut.
    const loneCr = (this.#held.endsWith("\r") ? "\r" : "") + piece.slice(0, maxBytes + 1 - this.#held.length);
    if (/\r[^\n]/.test(loneCr)) throw new BodyError("a bare CR in the chunked framing");
    this.#held += piece;
    if (this.#held.length > maxBytes) throw new BodyError("a chunk size line or trailers without end", true);
    return end;
  }
}
