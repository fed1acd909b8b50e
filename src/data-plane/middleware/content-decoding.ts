import { constants, createBrotliDecompress, createGunzip, createZstdDecompress } from "node:zlib";
import type { Transform } from "node:stream";

/** A stream of node:zlib, as far as we use it. */
export interface Decompressor extends Transform {
  /** Octets of the input that were made use of. */
  readonly bytesWritten: number;
}

/** A way to decompress. */
export interface ContentDecoding {
  start(): Decompressor;
  /** Content may be several compressed parts in a row, and the stream may stop at the end of one: the rest is for another stream. */
  readonly stopsBetweenParts: boolean;
}

/** RFC 9659: what a decoder of the content coding zstd must be able to look back at, 8 MiB, and no encoder may ask for more. */
const ZSTD_WINDOW_LOG = 23;

const GZIP: ContentDecoding = { start: () => createGunzip(), stopsBetweenParts: false };

/** By the names in Content-Encoding (RFC 9110 §8.4.1, RFC 7932, RFC 8878). `deflate` is not here: two formats go by that name. */
export const CONTENT_DECODINGS: ReadonlyMap<string, ContentDecoding> = new Map([
  ["gzip", GZIP],
  ["x-gzip", GZIP],
  ["br", { start: () => createBrotliDecompress(), stopsBetweenParts: false }],
  [
    "zstd",
    {
      start: () => createZstdDecompress({ params: { [constants.ZSTD_d_windowLogMax]: ZSTD_WINDOW_LOG } }),
      stopsBetweenParts: true,
    },
  ],
]);
