/** What a TLS client says in its first message, before anything is encrypted (RFC 8446 §4.1.2). */
export interface ClientHello {
  /** As the client wrote it in server_name (RFC 6066 §3), one character an octet; null for none. See `readServerName`. */
  readonly serverName: string | null;
  /** Protocols of ALPN (RFC 7301 §3.1), in the client's order; empty for none. */
  readonly alpn: readonly string[];
}

const HANDSHAKE = 22;
const CLIENT_HELLO = 1;
const RECORD_HEAD = 5;
const MESSAGE_HEAD = 4;
/** RFC 8446 §5.1. */
const LONGEST_RECORD = 16_384;
const SERVER_NAME = 0;
const HOST_NAME = 0;
const ALPN = 16;

/**
 * Reads the ClientHello that a connection begins with, in however many records (RFC 8446 §5.1) it comes. Nothing is decided by it alone that
 * OpenSSL, which reads the same octets again, could see otherwise to anybody's advantage.
 * @param octets everything received so far
 * @returns a number while it is not complete: so many octets are missing at least, and to read again before is in vain. "not TLS" for whatever
 * can no longer become one
 */
export function readClientHello(octets: Buffer): ClientHello | number | "not TLS" {
  const message = joinRecords(octets);
  if (typeof message === "string" || typeof message === "number") return message;
  try {
    return readMessage(new Cursor(message));
  } catch (error) {
    if (error instanceof RangeError) return "not TLS";
    throw error;
  }
}

/** The body of the first handshake message, out of its records; of one that is not whole, how many octets it lacks. In time linear in their number. */
function joinRecords(octets: Buffer): Buffer | number | "not TLS" {
  const pieces: Buffer[] = [];
  let joined = 0;
  /** Of the message with its head. */
  let whole: number | null = null;
  for (let at = 0; ;) {
    if (octets.length > at && octets[at] !== HANDSHAKE) return "not TLS";
    if (octets.length > at + 1 && octets[at + 1] !== 3) return "not TLS";
    const missing = (whole ?? MESSAGE_HEAD) - joined;
    if (octets.length < at + RECORD_HEAD) return missing;
    const length = octets.readUInt16BE(at + 3);
    if (length === 0 || length > LONGEST_RECORD) return "not TLS";
    const piece = octets.subarray(at + RECORD_HEAD, at + RECORD_HEAD + length);
    pieces.push(piece);
    joined += piece.length;
    if (joined > 0 && pieces[0]?.[0] !== CLIENT_HELLO) return "not TLS";
    // Four pieces at most: none but the last is empty.
    if (whole === null && joined >= MESSAGE_HEAD) whole = MESSAGE_HEAD + Buffer.concat(pieces).readUIntBE(1, 3);
    if (whole !== null && joined >= whole) return Buffer.concat(pieces, joined).subarray(MESSAGE_HEAD, whole);
    if (piece.length < length) return (whole ?? MESSAGE_HEAD) - joined;
    at += RECORD_HEAD + length;
  }
}

function readMessage(message: Cursor): ClientHello {
  message.take(2 + 32);
  message.vector(1);
  message.vector(2);
  message.vector(1);
  let serverName: string | null = null;
  let alpn: readonly string[] = [];
  const extensions = message.ended ? message : message.vector(2);
  while (!extensions.ended) {
    const type = extensions.number(2);
    const content = extensions.vector(2);
    if (type === SERVER_NAME) serverName ??= readHostName(content.vector(2));
    else if (type === ALPN && alpn.length === 0) alpn = readProtocols(content.vector(2));
  }
  return { serverName, alpn };
}

function readHostName(names: Cursor): string | null {
  while (!names.ended) {
    const type = names.number(1);
    const name = names.vector(2).text();
    if (type === HOST_NAME) return name;
  }
  return null;
}

function readProtocols(list: Cursor): string[] {
  const protocols: string[] = [];
  while (!list.ended) protocols.push(list.vector(1).text());
  return protocols;
}

/** Reads octets in order; a RangeError where there are too few. */
class Cursor {
  readonly #octets: Buffer;
  #at = 0;

  constructor(octets: Buffer) {
    this.#octets = octets;
  }

  get ended(): boolean {
    return this.#at === this.#octets.length;
  }

  take(length: number): Buffer {
    const end = this.#at + length;
    if (end > this.#octets.length) throw new RangeError("too few octets");
    const taken = this.#octets.subarray(this.#at, end);
    this.#at = end;
    return taken;
  }

  number(width: number): number {
    return this.take(width).readUIntBE(0, width);
  }

  /** What follows its own length, which is written in this many octets. */
  vector(width: number): Cursor {
    return new Cursor(this.take(this.number(width)));
  }

  text(): string {
    return this.#octets.toString("latin1");
  }
}
