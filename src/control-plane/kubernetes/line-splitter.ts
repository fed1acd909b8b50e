/** An event's line that is longer than this is refused: etcd keeps objects of 1.5 MB at most. */
const LONGEST_LINE = 16 * 1024 * 1024;

/** Cuts a stream of octets into lines, however it comes in pieces. Only "\n" ends a line: JSON may hold U+2028 as it is. */
export class LineSplitter {
  #pieces: Buffer[] = [];
  #held = 0;

  /** The lines that `piece` completes, without their ends; the octets of one may be those of `piece`. @throws {RangeError} beyond 16 MB */
  take(piece: Buffer): Buffer[] {
    const lines: Buffer[] = [];
    let from = 0;
    for (let end = piece.indexOf(0x0a); end >= 0; end = piece.indexOf(0x0a, from)) {
      this.#hold(piece.subarray(from, end));
      lines.push(this.#pieces.length === 1 ? (this.#pieces[0] as Buffer) : Buffer.concat(this.#pieces, this.#held));
      this.#pieces = [];
      this.#held = 0;
      from = end + 1;
    }
    if (from < piece.length) this.#hold(piece.subarray(from));
    return lines;
  }

  /** Octets of a line that has no end yet. */
  get rest(): number {
    return this.#held;
  }

  #hold(part: Buffer): void {
    this.#held += part.length;
    if (this.#held > LONGEST_LINE) throw new RangeError("a line is longer than 16 MB");
    this.#pieces.push(part);
  }
}
