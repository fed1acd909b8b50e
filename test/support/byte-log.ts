/** All bytes received so far, in one buffer that grows by doubling: joining at every piece would take quadratic time. */
export class ByteLog {
  #bytes = Buffer.allocUnsafe(1_024);
  #length = 0;

  append(piece: Buffer): void {
    const needed = this.#length + piece.length;
    if (needed > this.#bytes.length) {
      // Views of the old buffer stay what they are: it is left alone, not moved.
      const larger = Buffer.allocUnsafe(2 * needed);
      this.all.copy(larger);
      this.#bytes = larger;
    }
    piece.copy(this.#bytes, this.#length);
    this.#length = needed;
  }

  get all(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }
}
