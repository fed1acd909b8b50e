/** Smaller pieces are joined: a buffer of its own takes a hundred times the memory of a single octet. */
const SMALL = 1024;
/** So many at a time. */
const JOINED = 256;

/** Pieces of a body that are kept for later, in about the memory of their content, however small they come. */
export class KeptPieces {
  bytes = 0;
  #pieces: Buffer[] = [];
  #small: Buffer[] = [];

  push(piece: Buffer): void {
    this.bytes += piece.length;
    if (piece.length < SMALL) {
      if (this.#small.push(piece) === JOINED) this.#join();
      return;
    }
    this.#join();
    this.#pieces.push(piece);
  }

  /** All of them, in order. */
  get all(): readonly Buffer[] {
    this.#join();
    return this.#pieces;
  }

  #join(): void {
    const [first, ...others] = this.#small;
    if (first === undefined) return;
    this.#pieces.push(others.length === 0 ? first : Buffer.concat(this.#small));
    this.#small = [];
  }
}
