import { brotliCompressSync, constants, createBrotliCompress, createGzip, createZstdCompress } from "node:zlib";
import { gzipSync, zstdCompressSync } from "node:zlib";
import type { Transform } from "node:stream";

/** A stream of node:zlib, as far as we use it. */
export interface Compressor extends Transform {
  flush(kind: number, callback?: () => void): void;
}

/** A way to compress, by its name in Content-Encoding. */
export interface ContentCoding {
  /** Levels it may be asked for, and the one it has unless it is. */
  readonly levels: { readonly least: number; readonly most: number; readonly usual: number };
  start(level: number): Compressor;
  /** At once, for what is small. */
  whole(content: Buffer, level: number): Buffer;
  /** What makes a stream give out all it was given, without ending it. */
  readonly flush: number;
}

/** 2^19 bytes are looked back at: what a response holds in memory while it lasts, and an event stream lasts long. */
const WINDOW_BITS = 19;

function brotli(level: number) {
  const { BROTLI_PARAM_QUALITY, BROTLI_PARAM_LGWIN } = constants;
  return { params: { [BROTLI_PARAM_QUALITY]: level, [BROTLI_PARAM_LGWIN]: WINDOW_BITS } };
}

function zstd(level: number) {
  const { ZSTD_c_compressionLevel, ZSTD_c_windowLog } = constants;
  return { params: { [ZSTD_c_compressionLevel]: level, [ZSTD_c_windowLog]: WINDOW_BITS } };
}

/** The usual levels of gzip and brotli are those of ingress-nginx. Above 4 brotli is too slow to be done while a client waits. */
export const CONTENT_CODINGS = {
  gzip: {
    levels: { least: 1, most: 9, usual: 1 },
    start: (level) => createGzip({ level }),
    whole: (content, level) => gzipSync(content, { level }),
    flush: constants.Z_SYNC_FLUSH,
  },
  br: {
    levels: { least: 0, most: 4, usual: 4 },
    start: (level) => createBrotliCompress(brotli(level)),
    whole: (content, level) => brotliCompressSync(content, brotli(level)),
    flush: constants.BROTLI_OPERATION_FLUSH,
  },
  zstd: {
    levels: { least: 1, most: 9, usual: 3 },
    start: (level) => createZstdCompress(zstd(level)),
    whole: (content, level) => zstdCompressSync(content, zstd(level)),
    flush: constants.ZSTD_e_flush,
  },
} as const satisfies Record<string, ContentCoding>;

export type CodingName = keyof typeof CONTENT_CODINGS;
