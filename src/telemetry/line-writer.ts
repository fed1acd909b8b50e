/** Where pieces go. `write` returns false when the reader is behind: the piece was not taken. */
export interface PieceSink {
  write(piece: string): boolean;
}

/** Whole writes up to this many bytes are never torn by another process writing the same pipe (PIPE_BUF on Linux). */
export const PIECE_BYTES = 4096;

/**
 * Writes whole lines, gathered to pieces of at most `PIECE_BYTES` once a turn of the loop. It never waits: while the reader is
 * behind, lines are dropped and counted, and the count is written as a line of its own when there is room again.
 */
export class LineWriter {
  readonly #sink: PieceSink;
  readonly #droppedLine: (count: number) => string;
  #lines: string[] = [];
  #bytes = 0;
  #dropped = 0;
  #droppedSinceSaid = 0;
  #scheduled: NodeJS.Immediate | null = null;

  constructor(sink: PieceSink, droppedLine: (count: number) => string) {
    this.#sink = sink;
    this.#droppedLine = droppedLine;
  }

  /** Lines lost since the start. */
  get dropped(): number {
    return this.#dropped;
  }

  /** @param line without its line break; what is beyond one piece is cut off, since half a line is better than two torn ones. */
  write(line: string): void {
    let text = `${line}\n`;
    let bytes = Buffer.byteLength(text);
    if (bytes > PIECE_BYTES) {
      text = cut(line, PIECE_BYTES - 1);
      bytes = Buffer.byteLength(text);
    }
    if (this.#bytes + bytes > PIECE_BYTES) this.flush();
    this.#lines.push(text);
    this.#bytes += bytes;
    this.#scheduled ??= setImmediate(() => {
      this.#scheduled = null;
      this.flush();
    });
  }

  /** Hands over what was gathered, now: at the end of a turn and before the process ends. */
  flush(): void {
    if (this.#lines.length === 0) return;
    const lines = this.#lines;
    this.#lines = [];
    this.#bytes = 0;
    if (this.#droppedSinceSaid > 0 && this.#sink.write(`${this.#droppedLine(this.#droppedSinceSaid)}\n`)) {
      this.#droppedSinceSaid = 0;
    }
    if (this.#sink.write(lines.join(""))) return;
    this.#dropped += lines.length;
    this.#droppedSinceSaid += lines.length;
  }

  close(): void {
    if (this.#scheduled !== null) clearImmediate(this.#scheduled);
    this.#scheduled = null;
    this.flush();
  }
}

/** The first bytes of a line, cut between characters, with an ellipsis and the line break. */
function cut(line: string, bytes: number): string {
  const head = Buffer.from(line).subarray(0, bytes - 3);
  return `${new TextDecoder().decode(head, { stream: true })}…\n`;
}
