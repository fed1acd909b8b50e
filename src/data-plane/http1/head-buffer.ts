import { latin1 } from "./latin1.ts";

/** Why a head cannot be read. */
export type HeadProblem = "malformed" | "target-too-long" | "too-large";

const END_OF_HEAD = Buffer.from("\r\n\r\n");
/** Octets of a piece that is made text as a whole. */
const TEXT_BELOW = 2048;
const CR = 13;
const LF = 10;
/** Empty lines that a server should tolerate before a request line (RFC 9112 §2.2). */
export const LEADING_LINES = 4;

/**
 * Collects the octets of a message head until its empty line, however they are cut, and refuses early what can never become one.
 * Whole heads in one piece, the usual case, are not copied.
 */
export class HeadBuffer {
  readonly #maxBytes: number;
  readonly #maxStartLine: number;
  readonly #leadingLines: number;
  #held: Buffer | null = null;
  #length = 0;
  #searched = 0;
  #skipped = 0;
  /** Empty lines came before the last head. */
  #led = false;
  /** The piece that completed the head, and where the head ends in it. */
  #restOf: Buffer = EMPTY;
  #restAt = 0;

  /**
   * @param maxStartLine octets after which a start line without end is "target-too-long"
   * @param leadingLines empty lines tolerated before the start line
   */
  constructor(maxBytes: number, maxStartLine: number, leadingLines = 0) {
    this.#leadingLines = leadingLines;
    this.#maxBytes = maxBytes;
    this.#maxStartLine = maxStartLine;
  }

  /** What follows the head in the piece that completed it; as lent as that piece. */
  get rest(): Buffer {
    return this.restLength === 0 ? EMPTY : this.#restOf.subarray(this.#restAt);
  }

  get restLength(): number {
    return this.#restOf.length - this.#restAt;
  }

  /** True where empty lines came before the head that came last. */
  get led(): boolean {
    return this.#led;
  }

  /** `rest` as latin1 text. */
  get restText(): string {
    return latin1(this.#restOf, this.#restAt, this.#restOf.length);
  }

  /** The first octets of a head that has not come whole or was refused, as latin1 text. */
  beginning(length: number): string {
    return this.#held === null ? "" : latin1(this.#held, 0, Math.min(length, this.#length));
  }

  /** True while part of a head has come. */
  get started(): boolean {
    return this.#length > 0;
  }

  /** @returns the head as latin1 text up to and including the CRLF of its last line; null while it is not complete; or a problem. */
  push(piece: Buffer): string | null | { readonly problem: HeadProblem } {
    let from = 0;
    if (this.#length === 0) {
      const whole = this.#wholeHead(piece);
      if (whole !== null) return whole;
      from = this.#skipLeadingLines(piece);
      if (from < 0) return { problem: "malformed" };
      const end = piece.indexOf(END_OF_HEAD, from);
      if (end >= 0) return this.#complete(piece, from, end);
      if (from === piece.length) return null;
    }
    this.#append(piece, from);
    const all = (this.#held as Buffer).subarray(0, this.#length);
    const end = all.indexOf(END_OF_HEAD, Math.max(0, this.#searched - 3));
    if (end >= 0) return this.#complete(all, 0, end);
    const problem = this.#inspect(all);
    this.#searched = this.#length;
    return problem === null ? null : { problem };
  }

  /** The commonest case, a small piece that begins with a whole head: text at once, since searching text is faster than searching octets. */
  #wholeHead(piece: Buffer): string | null {
    const { length } = piece;
    if (length > TEXT_BELOW || length > this.#maxStartLine || length > this.#maxBytes || this.#skipped > 0) return null;
    if (piece[0] === CR || piece[0] === LF) return null;
    const text = latin1(piece, 0, length);
    const end = text.indexOf("\r\n\r\n");
    if (end < 0) return null;
    this.#led = false;
    this.#restAt = end + 4;
    this.#restOf = this.#restAt === length ? EMPTY : piece;
    if (this.#restOf === EMPTY) this.#restAt = 0;
    return text.slice(0, end + 2);
  }

  #skipLeadingLines(piece: Buffer): number {
    let at = 0;
    while (piece[at] === CR || piece[at] === LF) {
      // One CR that is yet to be followed by its LF may end a piece.
      const expected = this.#skipped % 2 === 0 ? CR : LF;
      if (piece[at] !== expected || ++this.#skipped > this.#leadingLines * 2) return -1;
      at += 1;
    }
    if (at < piece.length && this.#skipped % 2 === 1) return -1;
    return at;
  }

  #complete(bytes: Buffer, from: number, end: number): string | { readonly problem: HeadProblem } {
    const size = end + 4 - from;
    const problem = size > this.#maxStartLine ? this.#inspect(bytes.subarray(from, end + 4)) : null;
    if (problem !== null) {
      if (this.#length === 0) this.#append(bytes, from);
      return { problem };
    }
    this.#restOf = bytes;
    this.#restAt = end + 4;
    this.#held = null;
    this.#length = 0;
    this.#searched = 0;
    this.#led = this.#skipped > 0;
    this.#skipped = 0;
    return latin1(bytes, from, end + 2);
  }

  #append(piece: Buffer, from: number): void {
    const needed = this.#length + piece.length - from;
    if (this.#held === null || this.#held.length < needed) {
      const larger = Buffer.allocUnsafeSlow(Math.max(1024, 2 ** Math.ceil(Math.log2(needed))));
      this.#held?.copy(larger, 0, 0, this.#length);
      this.#held = larger;
    }
    piece.copy(this.#held, this.#length, from);
    this.#length = needed;
  }

  /**
   * A line that ends in a bare LF, or a CR that no LF follows, never becomes a head: say so now, not at the time-out. What comes first is
   * what is wrong, so that the answer does not depend on how the octets were cut.
   */
  #inspect(all: Buffer): HeadProblem | null {
    const startLine = all.indexOf(LF);
    const startsTooLong = (startLine < 0 ? all.length : startLine) > this.#maxStartLine;
    const limit = startsTooLong ? this.#maxStartLine : this.#maxBytes;
    const end = Math.min(all.length, limit + 1);
    for (let at = Math.max(0, this.#searched - 1); at < end; at++) {
      if (all[at] === LF && all[at - 1] !== CR) return "malformed";
      if (all[at] === CR && at + 1 < end && all[at + 1] !== LF) return "malformed";
    }
    if (startsTooLong) return "target-too-long";
    return all.length > limit ? "too-large" : null;
  }
}

const EMPTY = Buffer.alloc(0);
