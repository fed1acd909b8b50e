import type { Annotation } from "./annotation.ts";
import { decompressRequest, decompressRequestMaxRatio } from "./decompression.ts";
import { bufferRequest } from "./request-buffering.ts";
import { compress, compressMinLength, compressTypes } from "./compression.ts";

/** Every annotation under our own prefix: the reference page is made of this list. */
export const OWN_ANNOTATIONS: readonly Annotation<unknown>[] = [
  compress,
  compressTypes,
  compressMinLength,
  decompressRequest,
  decompressRequestMaxRatio,
  bufferRequest,
];

/** Without the prefix. */
export const OWN_NAMES: readonly string[] = OWN_ANNOTATIONS.map(({ name }) => name);
