import type { ServerHttp2Stream } from "node:http2";
import { expect, test } from "vitest";
import { StreamProgress } from "../../../src/data-plane/http2/stream-progress.ts";

/** Asks once a second, with what waits on the stream by then. @returns the second in which it was found stalled, null for never */
function stalledAt(waiting: readonly number[], { over = false, blocked = false } = {}): number | null {
  const stream = { bufferSize: 0 };
  const progress = new StreamProgress(stream as ServerHttp2Stream);
  const at = waiting.findIndex((bytes, second) => {
    stream.bufferSize = bytes;
    return progress.stalled(second * 1000, 30_000, over, blocked);
  });
  return at < 0 ? null : at;
}

const seconds = (count: number, make: (second: number) => number): number[] =>
  Array.from({ length: count }, (_, i) => make(i));

test("thirty seconds without a byte gone are a stall", () => {
  expect(stalledAt(seconds(100, () => 5))).toBe(30);
  expect(stalledAt([0, 0, 5, 4, ...seconds(100, () => 3)])).toBe(34);
});

test("nothing to send, or something gone now and then, is none", () => {
  expect(stalledAt(seconds(100, () => 0))).toBe(null);
  expect(stalledAt(seconds(100, (second) => 1000 - Math.floor(second / 29)))).toBe(null);
});

test("while TCP itself does not move, no stream is to blame", () => {
  expect(
    stalledAt(
      seconds(100, () => 5),
      { blocked: true },
    ),
  ).toBe(null);
});

test("a stream whose exchange is over waits for its own end", () => {
  expect(
    stalledAt(
      seconds(100, () => 0),
      { over: true },
    ),
  ).toBe(30);
});
