import { buffer } from "node:stream/consumers";
import { setImmediate as nextTurn } from "node:timers/promises";
import { brotliDecompressSync, constants, gunzipSync, zstdDecompressSync } from "node:zlib";
import { randomBytes } from "node:crypto";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Failed } from "../../../src/data-plane/exchange/failure.ts";
import { IncomingBody } from "../../../src/data-plane/http1/incoming-body.ts";
import { CodedBody } from "../../../src/data-plane/middleware/coded-body.ts";
import { CompressingSink } from "../../../src/data-plane/middleware/compressing-sink.ts";
import {
  type CodingName,
  type Compressor,
  CONTENT_CODINGS,
} from "../../../src/data-plane/middleware/content-coding.ts";
import { CountingSource, KeepingSink } from "../../support/body-sink.ts";
import { headers } from "../../support/exchanges.ts";

const NAMES = Object.keys(CONTENT_CODINGS) as CodingName[];
/** What was received so far, though the end is missing. */
const SO_FAR = {
  gzip: (data: Buffer) => gunzipSync(data, { finishFlush: constants.Z_SYNC_FLUSH }),
  br: (data: Buffer) => brotliDecompressSync(data, { finishFlush: constants.BROTLI_OPERATION_FLUSH }),
  zstd: (data: Buffer) => zstdDecompressSync(data, { finishFlush: constants.ZSTD_e_flush }),
} as const;
const NOISE = randomBytes(64 * 1024);
const failing = (failure: string): unknown => expect.objectContaining({ failure });

function start(name: CodingName = "gzip") {
  const source = new CountingSource();
  const content = new IncomingBody(null, source, 64 * 1024);
  const coding = CONTENT_CODINGS[name];
  const started: Compressor[] = [];
  const body = new CodedBody(content, (to, limit) => {
    const compressor = coding.start(coding.levels.usual);
    started.push(compressor);
    return new CompressingSink(compressor, coding.flush, to, limit);
  });
  return { source, content, body, sink: new KeepingSink(), started, soFar: SO_FAR[name] };
}

async function until(ready: () => boolean): Promise<void> {
  for (let turn = 0; turn < 100_000 && !ready(); turn++) await nextTurn();
  expect(ready()).toBe(true);
}

describe.each(NAMES)("%s", (name) => {
  test("pieces of all sizes come out whole, and the trailers behind them", async () => {
    const { content, body, sink, soFar, started } = start(name);
    const pieces = [1, 0, 16_384, 65_536, 3].map((length) => Buffer.from(NOISE.subarray(0, length)));
    const trailers = headers(["X-Sum", "1"]);
    const relayed = body.relayTo(sink);
    for (const piece of pieces) {
      content.push(piece);
      content.flush();
      await nextTurn();
    }
    content.finish(trailers);
    await relayed;
    expect(soFar(Buffer.concat(sink.pieces)).equals(Buffer.concat(pieces))).toBe(true);
    expect([sink.ended, sink.trailers, sink.drained]).toEqual([true, trailers, null]);
    await until(() => started.every((one) => one.destroyed));
  });

  test("a flush brings what came before it to the client, each time", async () => {
    const { content, body, sink, soFar } = start(name);
    void body.relayTo(sink);
    let all = "";
    for (let count = 0; count < 5; count++) {
      const event = `data: ${count}\n\n`;
      all += event;
      const flushes = sink.flushes;
      content.push(Buffer.from(event));
      content.flush();
      await until(() => sink.pieces.length > 0 && soFar(Buffer.concat(sink.pieces)).toString() === all);
      expect(sink.flushes).toBeGreaterThan(flushes);
    }
    expect(sink.ended).toBe(false);
    content.finish(null);
  });
});

test("pieces, flushes and waits of a sink in any order lose nothing", async () => {
  const step = fc.oneof(
    fc.integer({ min: 1, max: NOISE.length }).map((size) => ({ size })),
    fc.constantFrom("flush", "turn", "full", "room"),
  );
  const run = async (name: CodingName, steps: readonly (string | { size: number })[]): Promise<void> => {
    const { content, body, sink, soFar } = start(name);
    const relayed = body.relayTo(sink);
    const sent: Buffer[] = [];
    for (const one of steps) {
      if (typeof one !== "string") {
        sent.push(NOISE.subarray(NOISE.length - one.size));
        content.push(sent.at(-1) as Buffer);
      } else if (one === "flush") content.flush();
      else if (one === "turn") await nextTurn();
      else {
        sink.full = one === "full";
        if (one === "room") sink.drained?.();
      }
    }
    content.finish(null);
    await relayed;
    expect(soFar(Buffer.concat(sink.pieces)).equals(Buffer.concat(sent))).toBe(true);
  };
  await fc.assert(fc.asyncProperty(fc.constantFrom(...NAMES), fc.array(step, { maxLength: 20 }), run), { numRuns: 60 });
});

test("many flushes in one turn are two at most, and lose nothing", async () => {
  const { content, body, sink, soFar } = start();
  const relayed = body.relayTo(sink);
  for (let count = 0; count < 200; count++) {
    content.push(Buffer.from("x"));
    content.flush();
  }
  await until(() => sink.pieces.length > 0 && soFar(Buffer.concat(sink.pieces)).length === 200);
  expect(sink.pieces.length).toBeLessThanOrEqual(3);
  content.finish(null);
  await relayed;
});

test("a full sink makes the source wait, and room lets both go on", async () => {
  const { content, body, sink, source, soFar } = start();
  const relayed = body.relayTo(sink);
  sink.full = true;
  let sent = 0;
  for (; source.asked.at(-1) !== "pause" && sent < 64; sent++) {
    content.push(NOISE);
    for (let turn = 0; turn < 2_000; turn++) await nextTurn();
  }
  expect(sent).toBeLessThan(64);
  sink.full = false;
  sink.drained?.();
  await until(() => source.asked.at(-1) === "resume");
  content.finish(null);
  await relayed;
  expect(soFar(Buffer.concat(sink.pieces)).length).toBe(sent * NOISE.length);
});

test("once the source is done, a client that does not read holds nothing open", async () => {
  const { content, body, sink, started } = start();
  sink.full = true;
  const relayed = body.relayTo(sink);
  content.push(NOISE);
  content.push(NOISE);
  content.finish(null);
  await relayed;
  expect(gunzipSync(Buffer.concat(sink.pieces)).length).toBe(2 * NOISE.length);
  expect(started.map((one) => one.destroyed)).toEqual([true]);
});

describe("what goes wrong", () => {
  test.each(["upstream_truncated", "client_closed"] as const)("%s stays it, and never becomes an end", async (why) => {
    const { content, body, sink, started } = start();
    const relayed = body.relayTo(sink);
    content.push(NOISE);
    content.flush();
    content.fail(new Failed(why, ""));
    await expect(relayed).rejects.toEqual(failing(why));
    expect(started.map((one) => one.destroyed)).toEqual([true]);
    for (let turn = 0; turn < 100; turn++) await nextTurn();
    expect(sink.ended).toBe(false);
  });

  test("a body that had failed before it was read", async () => {
    const { content, body, sink, started } = start();
    content.fail(new Failed("upstream_truncated", ""));
    await expect(body.relayTo(sink)).rejects.toEqual(failing("upstream_truncated"));
    expect(started.map((one) => one.destroyed)).toEqual([true]);
  });

  test("a sink that throws fails the reading, and the source is told with its next piece", async () => {
    const { content, body, sink, source } = start();
    sink.write = () => {
      throw new Error("no");
    };
    const relayed = body.relayTo(sink);
    content.push(NOISE);
    await expect(relayed).rejects.toEqual(failing("internal_error"));
    expect(source.asked.at(-1)).toBe("resume");
    expect(() => content.push(NOISE)).toThrow("internal_error");
  });

  test("a compressor that fails", async () => {
    const { content, body, sink, started } = start();
    const relayed = body.relayTo(sink);
    started[0]?.destroy(new Error("no memory"));
    await expect(relayed).rejects.toEqual(failing("internal_error"));
    content.flush();
    content.finish(null);
    for (let turn = 0; turn < 100; turn++) await nextTurn();
    expect(sink.ended).toBe(false);
  });
});

describe("the other ways of reading", () => {
  test("as bytes, within a limit on the compressed ones", async () => {
    for (const [limit, whole] of [
      [NOISE.length * 2, true],
      [1000, false],
    ] as const) {
      const { content, body } = start();
      expect([body.length, body.untouched]).toEqual([null, true]);
      const read = body.bytes(limit);
      expect(body.untouched).toBe(false);
      content.push(NOISE);
      if (whole) {
        content.finish(null);
        expect(gunzipSync(await read).equals(NOISE)).toBe(true);
      } else {
        await expect(read).rejects.toEqual(failing("payload_too_large"));
      }
    }
  });

  test("as a stream", async () => {
    const { content, body } = start();
    const read = buffer(body.stream());
    content.push(NOISE);
    content.finish(null);
    expect(gunzipSync(await read).equals(NOISE)).toBe(true);
    const cut = start();
    const broken = buffer(cut.body.stream());
    cut.content.fail(new Failed("upstream_truncated", ""));
    await expect(broken).rejects.toEqual(failing("upstream_truncated"));
  });

  test("only once", async () => {
    const { content, body, sink } = start();
    const relayed = body.relayTo(sink);
    await expect(body.relayTo(new KeepingSink())).rejects.toEqual(failing("internal_error"));
    content.finish(null);
    await relayed;
    expect(gunzipSync(Buffer.concat(sink.pieces)).length).toBe(0);
  });
});
