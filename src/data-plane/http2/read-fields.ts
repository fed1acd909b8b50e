import { Failed } from "../exchange/failure.ts";
import { GatewayHeaders } from "../exchange/headers.ts";
import type { Limits } from "../limits.ts";

/** A field block of HTTP/2 in the form that HTTP/1 is written from. */
export interface ReadFields {
  readonly pseudo: PseudoFields;
  /** The others, `cookie` joined and behind them. */
  readonly headers: GatewayHeaders;
}

/** Pseudo-header fields, by name with the colon. They come first in a block (RFC 9113 §8.3), and are left where they are: nothing is made for them. */
export class PseudoFields {
  readonly #block: readonly string[];
  #length = 0;

  constructor(block: readonly string[]) {
    this.#block = block;
  }

  get(name: string): string | undefined {
    for (let i = 0; i < this.#length; i += 2) if (this.#block[i] === name) return this.#block[i + 1];
    return undefined;
  }

  /** Takes the next pair of the block. @returns false where that name was there already */
  take(): boolean {
    const known = this.get(this.#block[this.#length] as string) !== undefined;
    this.#length += 2;
    return !known;
  }
}

// field-name of RFC 9110 §5.1, lower case (RFC 9113 §8.2.1), and field-value of §5.5 without space at either end. nghttp2 has seen to most
// of it; what is written into an HTTP/1 message is judged here all the same, by HTTP/1's own grammar.
const NAME = /^[!#$%&'*+\-.^_`|~0-9a-z]+$/;
const VALUE = /^(?:[\x21-\x7e\x80-\xff](?:[\t\x20-\x7e\x80-\xff]*[\x21-\x7e\x80-\xff])?)?$/;
export const OF_REQUEST: ReadonlySet<string> = new Set([":method", ":scheme", ":authority", ":path", ":protocol"]);
export const OF_RESPONSE: ReadonlySet<string> = new Set([":status"]);
export const OF_TRAILERS: ReadonlySet<string> = new Set();
/** RFC 9113 §8.2.2. */
const OF_A_CONNECTION = new Set([
  "connection",
  "proxy-connection",
  "keep-alive",
  "transfer-encoding",
  "upgrade",
  "http2-settings",
]);

/**
 * Reads a field block as node:http2 gives it: name, value, name, value, in latin1. Fields with an underscore in their name are left out, as
 * they are in HTTP/1.
 * @param allowed the pseudo-header fields there may be
 * @throws {Failed} bad_request, headers_too_large
 */
export function readFields(block: readonly string[], limits: Limits, allowed: ReadonlySet<string>): ReadFields {
  const pseudo = new PseudoFields(block);
  let cookie: string | null = null;
  const names: string[] = [];
  const spans: number[] = [];
  let text = "";
  let fields = 0;
  let bytes = 0;
  const put = (name: string, value: string): void => {
    const start = text.length;
    text += `${name}: ${value}\r\n`;
    names.push(name);
    spans.push(start, start + name.length + 2, text.length - 2);
  };
  for (let i = 0; i < block.length; i += 2) {
    const name = block[i] as string;
    const value = block[i + 1] as string;
    bytes += name.length + value.length + LINE_EXTRA;
    if (!VALUE.test(value)) throw malformed(name, value);
    if (name.startsWith(":")) {
      if (!allowed.has(name) || fields > 0 || !pseudo.take()) throw malformed(name, value);
      continue;
    }
    fields += 1;
    if (!NAME.test(name) || OF_A_CONNECTION.has(name) || (name === "te" && value.toLowerCase() !== "trailers"))
      throw malformed(name, value);
    // RFC 9113 §8.2.3.
    if (name === "cookie") cookie = cookie === null ? value : `${cookie}; ${value}`;
    else if (!name.includes("_")) put(name, value);
  }
  if (fields > limits.fields) throw new Failed("headers_too_large", `more than ${limits.fields} fields`);
  if (bytes > limits.headBytes) throw new Failed("headers_too_large", `${bytes} bytes`);
  if (cookie !== null) put("cookie", cookie);
  return { pseudo, headers: new GatewayHeaders(text, names, spans) };
}

/** ": " and CRLF. */
const LINE_EXTRA = 4;

function malformed(name: string, value: string): Failed {
  return new Failed("bad_request", `malformed field ${JSON.stringify(`${name}: ${value}`.slice(0, 60))}`);
}
