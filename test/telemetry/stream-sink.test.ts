import { PassThrough, Writable } from "node:stream";
import { expect, test } from "vitest";
import { streamSink } from "../../src/telemetry/stream-sink.ts";

test("nothing is queued behind a reader that does not read", async () => {
  let release: () => void = () => {};
  const taken: string[] = [];
  const stream = new Writable({
    write(piece: Buffer, _encoding, done) {
      taken.push(piece.toString());
      release = done;
    },
  });
  const sink = streamSink(stream);
  expect(sink.write("a")).toBe(true);
  expect(sink.write("b")).toBe(false);
  release();
  await new Promise(setImmediate);
  expect(sink.write("c")).toBe(true);
  expect(taken).toEqual(["a", "c"]);
});

test("a reader that is gone is no error of ours", async () => {
  const stream = new PassThrough();
  const sink = streamSink(stream);
  stream.destroy(new Error("EPIPE"));
  await new Promise((resolve) => stream.once("close", resolve));
  expect(sink.write("a")).toBe(false);
});

test("a terminal is not written to in blocking mode", () => {
  const modes: boolean[] = [];
  const handle = { setBlocking: (blocking: boolean) => void modes.push(blocking) };
  streamSink(Object.assign(new PassThrough(), { isTTY: true, _handle: handle }));
  streamSink(Object.assign(new PassThrough(), { isTTY: true }));
  streamSink(Object.assign(new PassThrough(), { _handle: handle }));
  expect(modes).toEqual([false]);
});
