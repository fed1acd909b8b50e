// A reader of HTTP/1.1 messages for tests, written from RFC 9112 without a look at src: two parsers that share a mistake see nothing.
// In: bytes. Out: one message with everything as it stood on the wire, or null while it is incomplete.
// Never: tolerance. What is not exactly the grammar throws, since we only read what our own gateway wrote.

export type Field = readonly [name: string, value: string];

export interface Message {
  readonly startLine: string;
  /** In order and spelling of the wire. */
  readonly fields: readonly Field[];
  readonly framing: "none" | "length" | "chunked" | "until-close";
  readonly body: Buffer;
  readonly trailers: readonly Field[];
}

export interface Head {
  readonly startLine: string;
  readonly fields: readonly Field[];
  /** Offset of the first byte after the head. */
  readonly end: number;
}

export class Malformed extends Error {}

const REQUEST_LINE = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+ [!-~]+ HTTP\/1\.1$/;
const STATUS_LINE = /^HTTP\/1\.1 [1-9][0-9]{2} [\t \x21-\x7e\x80-\xff]*$/;
const FIELD =
  /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):[\t ]*([\x21-\x7e\x80-\xff](?:[\t \x21-\x7e\x80-\xff]*[\x21-\x7e\x80-\xff])?)?[\t ]*$/;

export function values(message: { readonly fields: readonly Field[] }, lowerName: string): string[] {
  return message.fields.filter(([name]) => name.toLowerCase() === lowerName).map(([, value]) => value);
}

/** The head that starts at `at`, null while its empty line is not there. */
export function readHead(bytes: Buffer, at: number, kind: "request" | "response"): Head | null {
  const end = bytes.indexOf("\r\n\r\n", at, "latin1");
  if (end < 0) return null;
  const [startLine = "", ...lines] = bytes.toString("latin1", at, end).split("\r\n");
  if (!(kind === "request" ? REQUEST_LINE : STATUS_LINE).test(startLine))
    throw new Malformed(`start line ${show(startLine)}`);
  return { startLine, fields: lines.map(readField), end: end + 4 };
}

/**
 * One request that starts at `at` (RFC 9112 §6.3: without framing it has no body).
 * @throws {Malformed}
 */
export function readRequest(bytes: Buffer, at: number): { message: Message; end: number } | null {
  const head = readHead(bytes, at, "request");
  return head === null ? null : readBody(bytes, head, "none", false);
}

/**
 * One response that starts at `at`. `toHead`: it answers a HEAD. `closed`: no more bytes will come.
 * @throws {Malformed}
 */
export function readResponse(
  bytes: Buffer,
  at: number,
  toHead: boolean,
  closed: boolean,
): { message: Message; end: number } | null {
  const head = readHead(bytes, at, "response");
  if (head === null) return null;
  const status = Number(head.startLine.slice(9, 12));
  if (toHead || status < 200 || status === 204 || status === 304) {
    return { message: { ...head, framing: "none", body: Buffer.alloc(0), trailers: [] }, end: head.end };
  }
  return readBody(bytes, head, "until-close", closed);
}

function readBody(bytes: Buffer, head: Head, unframed: "none" | "until-close", closed: boolean) {
  const lengths = values(head, "content-length");
  const codings = values(head, "transfer-encoding");
  if (lengths.length + codings.length > 1) throw new Malformed(`framed twice: ${show(JSON.stringify(head.fields))}`);
  if (codings.length === 1) {
    if (codings[0] !== "chunked") throw new Malformed(`transfer coding ${show(codings[0] as string)}`);
    return readChunked(bytes, head);
  }
  if (lengths.length === 1) {
    if (!/^(0|[1-9][0-9]*)$/.test(lengths[0] as string)) throw new Malformed(`length ${show(lengths[0] as string)}`);
    const end = head.end + Number(lengths[0]);
    if (bytes.length < end) return null;
    return { message: { ...head, framing: "length" as const, body: bytes.subarray(head.end, end), trailers: [] }, end };
  }
  if (unframed === "until-close" && !closed) return null;
  const end = unframed === "none" ? head.end : bytes.length;
  return { message: { ...head, framing: unframed, body: bytes.subarray(head.end, end), trailers: [] }, end };
}

function readChunked(bytes: Buffer, head: Head) {
  const chunks: Buffer[] = [];
  for (let at = head.end; ;) {
    const lineEnd = bytes.indexOf("\r\n", at, "latin1");
    if (lineEnd < 0) return null;
    const line = bytes.toString("latin1", at, lineEnd);
    if (!/^(0|[1-9a-fA-F][0-9a-fA-F]*)$/.test(line)) throw new Malformed(`chunk size ${show(line)}`);
    const size = Number.parseInt(line, 16);
    at = lineEnd + 2;
    if (size === 0) return readTrailers(bytes, head, Buffer.concat(chunks), at);
    if (bytes.length < at + size + 2) return null;
    if (bytes.toString("latin1", at + size, at + size + 2) !== "\r\n") throw new Malformed("no CRLF after chunk data");
    chunks.push(bytes.subarray(at, at + size));
    at += size + 2;
  }
}

function readTrailers(bytes: Buffer, head: Head, body: Buffer, start: number) {
  const trailers: Field[] = [];
  for (let at = start; ;) {
    const lineEnd = bytes.indexOf("\r\n", at, "latin1");
    if (lineEnd < 0) return null;
    const line = bytes.toString("latin1", at, lineEnd);
    at = lineEnd + 2;
    if (line === "") return { message: { ...head, framing: "chunked" as const, body, trailers }, end: at };
    trailers.push(readField(line));
  }
}

function readField(line: string): Field {
  const [, name, value = ""] = FIELD.exec(line) ?? [];
  if (name === undefined) throw new Malformed(`field line ${show(line)}`);
  return [name, value];
}

export function show(text: string): string {
  const escaped = JSON.stringify(text);
  return escaped.length > 300 ? `${escaped.slice(0, 300)}…` : escaped;
}
