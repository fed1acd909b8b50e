import {
  constants,
  createBrotliDecompress,
  createGunzip,
  createInflate,
  createInflateRaw,
  createZstdDecompress,
} from "node:zlib";
import type { Transform } from "node:stream";

/** A stream of node:zlib, as far as we use it. */
export interface Decompressor extends Transform {
  /** Octets of the input that were made use of. */
  readonly bytesWritten: number;
}

/** A way to decompress. */
export interface ContentDecoding {
  /** @param first octet of what is to be decompressed */
  start(first: number): Decompressor;
  /** Content may be several compressed parts in a row, and the stream may stop at the end of one: the rest is for another stream. */
  readonly stopsBetweenParts: boolean;
}

/** RFC 9659: what a decoder of the content coding zstd must be able to look back at, 8 MiB, and no encoder may ask for more. */
const ZSTD_WINDOW_LOG = 23;

/** Compression method "deflate", as the header of zlib names it (RFC 1950 §2.2). Content without that header begins otherwise, if anybody sends it. */
const ZLIB_METHOD = 8;

const GZIP: ContentDecoding = { start: () => createGunzip(), stopsBetweenParts: false };

/** By the names in Content-Encoding (RFC 9110 §8.4.1, RFC 7932, RFC 8878). */
export const CONTENT_DECODINGS: ReadonlyMap<string, ContentDecoding> = new Map([
  ["gzip", GZIP],
  ["x-gzip", GZIP],
  [
    "deflate",
    {
      start: (first) => ((first & 0x0f) === ZLIB_METHOD ? createInflate() : createInflateRaw()),
      stopsBetweenParts: false,
    },
  ],
  ["br", { start: () => createBrotliDecompress(), stopsBetweenParts: false }],
  [
    "zstd",
    {
      start: () => createZstdDecompress({ params: { [constants.ZSTD_d_windowLogMax]: ZSTD_WINDOW_LOG } }),
      stopsBetweenParts: true,
    },
  ],
]);
