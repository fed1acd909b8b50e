import { brotliCompressSync, constants, deflateSync, gzipSync, zstdCompressSync } from "node:zlib";

export const NAMES = ["gzip", "deflate", "br", "zstd"] as const;

type Encode = (content: string | Uint8Array) => Buffer;

/** The codings that we take off, put on. Brotli by far less effort than its default, which takes a hundred times as long for a stream of the same form. */
export const ENCODE: Readonly<Record<(typeof NAMES)[number], Encode>> = {
  gzip: (content) => gzipSync(content),
  deflate: (content) => deflateSync(content),
  br: (content) => brotliCompressSync(content, { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } }),
  zstd: (content) => zstdCompressSync(content),
};
