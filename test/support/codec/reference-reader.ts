// A second opinion on a client's octets, written from RFC 9112 and 9110 without a look at src, for speed nowhere, for clarity only.
// In: all octets of a connection, as latin1 text. Out: the requests in them.
// Never: judgement of hosts, paths or methods; a gateway may refuse more than this, and must not read anything else.

export interface ReferenceRequest {
  readonly method: string;
  readonly target: string;
  readonly version: string;
  readonly body: string;
}

/** Malformed, or not complete. */
class NoRequest extends Error {}

const TCHAR = "!#$%&'*+.^_`|~0-9A-Za-z-";
const START = new RegExp(`^([${TCHAR}]+) ([\\x21-\\x7e\\x80-\\xff]+) HTTP/(1\\.[01])$`);
const FIELD = new RegExp(`^([${TCHAR}]+):([\\t\\x20-\\x7e\\x80-\\xff]*)$`);
const QUOTED = '"(?:[\\t\\x20\\x21\\x23-\\x5b\\x5d-\\x7e\\x80-\\xff]|\\\\[\\t\\x20-\\x7e\\x80-\\xff])*"';
const CHUNK = new RegExp(`^([0-9A-Fa-f]+)(?:;[${TCHAR}]+(?:=(?:[${TCHAR}]+|${QUOTED}))?)*$`);

/** The requests up to the end of the octets, one that asks for the connection's end, or one that is malformed; whatever Upgrade asks for. */
export function readReference(octets: string): readonly ReferenceRequest[] {
  const requests: ReferenceRequest[] = [];
  const reader = new Reader(octets);
  try {
    for (let last = false; !last && !reader.atEnd;) {
      const read = readRequest(reader);
      requests.push(read.request);
      last = read.last;
    }
  } catch (error) {
    if (!(error instanceof NoRequest)) throw error;
  }
  return requests;
}

function readRequest(reader: Reader): { request: ReferenceRequest; last: boolean } {
  // §2.2: a server SHOULD ignore at least one empty line before the request line.
  let line = reader.line();
  for (let empty = 0; line === "" && empty < 8; empty++) line = reader.line();
  const [, method = "", target = "", version = ""] = START.exec(line) ?? malformed();
  const fields: [string, string][] = [];
  for (line = reader.line(); line !== ""; line = reader.line()) {
    const [, name = "", value = ""] = FIELD.exec(line) ?? malformed();
    fields.push([name.toLowerCase(), value.replace(/^[\t ]+|[\t ]+$/g, "")]);
  }
  const all = (name: string): string[] => fields.flatMap(([one, value]) => (one === name ? [value] : []));
  const hosts = all("host");
  if (hosts.length > 1 || (hosts.length === 0 && version === "1.1")) malformed();
  const body = readBody(reader, all("content-length"), all("transfer-encoding"), version);
  const options = all("connection").flatMap((value) => value.split(",").map((one) => one.trim().toLowerCase()));
  const persistent = !options.includes("close") && (version === "1.1" || options.includes("keep-alive"));
  return { request: { method, target, version, body }, last: !persistent };
}

/** §6.3, with everything that is ambiguous an error. */
function readBody(reader: Reader, lengths: readonly string[], codings: readonly string[], version: string): string {
  if (codings.length > 0) {
    const chunked = codings.length === 1 && codings[0]?.toLowerCase() === "chunked";
    if (!chunked || lengths.length > 0 || version === "1.0") malformed();
    return readChunks(reader);
  }
  if (lengths.length === 0) return "";
  if (lengths.length > 1 || !/^[0-9]+$/.test(lengths[0] as string)) malformed();
  return reader.take(BigInt(lengths[0] as string));
}

/** §7.1. */
function readChunks(reader: Reader): string {
  let body = "";
  for (;;) {
    const [, size = ""] = CHUNK.exec(reader.line()) ?? malformed();
    if (/^0+$/.test(size)) break;
    body += reader.take(BigInt(`0x${size}`));
    if (reader.take(2n) !== "\r\n") malformed();
  }
  for (let line = reader.line(); line !== ""; line = reader.line()) if (!FIELD.test(line)) malformed();
  return body;
}

class Reader {
  readonly #octets: string;
  #at = 0;

  constructor(octets: string) {
    this.#octets = octets;
  }

  get atEnd(): boolean {
    return this.#at >= this.#octets.length;
  }

  /** Up to CRLF; any other CR or LF is an error. */
  line(): string {
    const rest = this.#octets.slice(this.#at);
    const [line = ""] = /^[^\r\n]*/.exec(rest) ?? [];
    const after = rest.slice(line.length, line.length + 2);
    if (after === "" || after === "\r") throw new NoRequest();
    if (after !== "\r\n") malformed();
    this.#at += line.length + 2;
    return line;
  }

  take(count: bigint): string {
    if (count > BigInt(this.#octets.length - this.#at)) throw new NoRequest();
    const taken = this.#octets.slice(this.#at, this.#at + Number(count));
    this.#at += Number(count);
    return taken;
  }
}

function malformed(): never {
  throw new NoRequest();
}
