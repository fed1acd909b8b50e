import { expect, test } from "vitest";
import { LineWriter, PIECE_BYTES, type PieceSink } from "../../src/telemetry/line-writer.ts";

/** A reader that can stop reading. */
function reader(): PieceSink & { pieces: string[]; blocked: boolean } {
  return {
    pieces: [],
    blocked: false,
    write(piece) {
      if (this.blocked) return false;
      this.pieces.push(piece);
      return true;
    },
  };
}

const said = (count: number): string => `${count} dropped`;

test("the lines of one turn go out together, in order", async () => {
  const sink = reader();
  const writer = new LineWriter(sink, said);
  writer.write("one");
  writer.write("two");
  expect(sink.pieces).toEqual([]);
  await new Promise(setImmediate);
  await new Promise(setImmediate);
  expect(sink.pieces).toEqual(["one\ntwo\n"]);
});

test("a piece holds whole lines and never more than its size in bytes", () => {
  const sink = reader();
  const writer = new LineWriter(sink, said);
  const lines = Array.from({ length: 500 }, (_, index) => `${index} ${"ä".repeat(index % 90)}`);
  for (const line of lines) writer.write(line);
  writer.close();
  expect(sink.pieces.length).toBeGreaterThan(1);
  for (const piece of sink.pieces) {
    expect(Buffer.byteLength(piece)).toBeLessThanOrEqual(PIECE_BYTES);
    expect(piece.endsWith("\n")).toBe(true);
  }
  expect(sink.pieces.join("")).toBe(lines.map((line) => `${line}\n`).join(""));
});

test("a line longer than a piece is cut between characters", () => {
  const sink = reader();
  const writer = new LineWriter(sink, said);
  writer.write("€".repeat(5000));
  writer.close();
  const text = sink.pieces.join("");
  expect(Buffer.byteLength(text)).toBeLessThanOrEqual(PIECE_BYTES);
  expect(text).toMatch(/^€+…\n$/);
});

test("while the reader is behind, lines are dropped and counted; then the count is said once", () => {
  const sink = reader();
  const writer = new LineWriter(sink, said);
  sink.blocked = true;
  for (let i = 0; i < 3; i += 1) {
    writer.write(`lost ${i}`);
    writer.flush();
  }
  sink.blocked = false;
  writer.write("first seen");
  writer.flush();
  writer.write("second seen");
  writer.close();
  expect(sink.pieces).toEqual(["3 dropped\n", "first seen\n", "second seen\n"]);
  expect(writer.dropped).toBe(3);
});
