import { constants, zstdCompressSync } from "node:zlib";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { BodySink } from "../../../src/data-plane/exchange/body.ts";
import { CONTENT_DECODINGS, type ContentDecoding } from "../../../src/data-plane/middleware/content-decoding.ts";
import { DecodingSink } from "../../../src/data-plane/middleware/decoding-sink.ts";
import { ENCODE, NAMES } from "../../support/encode.ts";
import { headers } from "../../support/exchanges.ts";

const BOUNDS = { limit: Infinity, ratio: Infinity };

/** Takes what comes, and says that it is full each time; there is room again a turn later. */
class SlowSink implements BodySink {
  drained: (() => void) | null = null;
  readonly pieces: Buffer[] = [];
  /** undefined until the end. */
  trailers: unknown;
  readonly #slow: boolean;

  constructor(slow: boolean) {
    this.#slow = slow;
  }

  write(piece: Buffer): boolean {
    this.pieces.push(piece);
    if (this.#slow) setImmediate(() => this.drained?.());
    return !this.#slow;
  }

  flush(): void {}

  end(trailers: unknown): void {
    this.trailers = trailers;
  }
}

/** Writes the pieces, each when there is room. @returns what came out */
async function decode(name: (typeof NAMES)[number], pieces: readonly Buffer[], slow = false, bounds = BOUNDS) {
  const to = new SlowSink(slow);
  const sink = new DecodingSink(CONTENT_DECODINGS.get(name) as ContentDecoding, to, bounds);
  for (const piece of pieces) {
    const room = Promise.withResolvers<void>();
    sink.drained = room.resolve;
    if (!sink.write(piece)) await Promise.race([room.promise, sink.finished]);
  }
  sink.end(headers(["X-Sum", "1"]));
  try {
    await sink.finished;
  } finally {
    sink.destroy();
  }
  return { content: Buffer.concat(to.pieces), to };
}

function cut(data: Buffer, places: readonly number[]): Buffer[] {
  const at = places.map((place) => place % (data.length + 1)).toSorted((a, b) => a - b);
  return [...at, data.length].map((end, index) => data.subarray(at[index - 1] ?? 0, end));
}

describe.each(NAMES)("%s", (name) => {
  test("content comes out as it went in, however it is cut, whoever is slow, and in parts where there may be", async () => {
    const content = fc.oneof(fc.uint8Array({ maxLength: 50 }), fc.uint8Array({ minLength: 40_000, maxLength: 90_000 }));
    const places = fc.array(fc.nat(), { maxLength: 6 });
    const parts = fc.array(content, { minLength: 1, maxLength: name === "br" || name === "deflate" ? 1 : 3 });
    await fc.assert(
      fc.asyncProperty(parts, places, fc.boolean(), async (all, at, slow) => {
        const encoded = Buffer.concat(all.map((part) => ENCODE[name](part)));
        const decoded = await decode(name, cut(encoded, at), slow);
        expect(decoded.content.equals(Buffer.concat(all))).toBe(true);
        expect(decoded.to.trailers).toEqual(headers(["X-Sum", "1"]));
      }),
      { numRuns: 40 },
    );
  });

  test("cut off anywhere, or followed by anything, it has no end", async () => {
    const encoded = ENCODE[name]("The quick brown fox jumps over the lazy dog. ".repeat(20));
    const wrong = Array.from(encoded, (_octet, at) => encoded.subarray(0, at)).slice(1);
    for (const more of ["\0", "x", "\0\0\0\0\0\0\0\0\0"]) wrong.push(Buffer.concat([encoded, Buffer.from(more)]));
    for (const data of wrong) {
      for (const pieces of [[data], cut(data, [data.length - 1]), cut(data, [encoded.length])]) {
        await expect(decode(name, pieces)).rejects.toMatchObject({ failure: "content_coding_invalid" });
      }
    }
  });

  test("beyond either bound it fails, and not below", async () => {
    const zeros = ENCODE[name](Buffer.alloc(4 * 1024 * 1024));
    await expect(decode(name, [zeros], true, { limit: 4 * 1024 * 1024 - 1, ratio: Infinity })).rejects.toMatchObject({
      failure: "payload_too_large",
    });
    await expect(decode(name, [zeros], true, { limit: Infinity, ratio: 100 })).rejects.toMatchObject({
      failure: "payload_too_large",
    });
    const exact = { limit: 4 * 1024 * 1024, ratio: (4 * 1024 * 1024) / zeros.length };
    expect((await decode(name, [zeros], true, exact)).content.length).toBe(exact.limit);
    const small = ENCODE[name](Buffer.alloc(1024 * 1024));
    expect((await decode(name, [small], false, { limit: Infinity, ratio: 1 })).content.length).toBe(1024 * 1024);
  });
});

test("zstd that asks for more memory than HTTP allows is refused", async () => {
  const windowed = (log: number): Buffer =>
    zstdCompressSync(Buffer.alloc(2 ** 24), { params: { [constants.ZSTD_c_windowLog]: log } });
  expect((await decode("zstd", [windowed(23)])).content.length).toBe(2 ** 24);
  const wide = windowed(24);
  await expect(decode("zstd", [wide])).rejects.toMatchObject({ failure: "content_coding_invalid" });
});
