import { constants, type ServerHttp2Stream } from "node:http2";
import type { DownstreamStream } from "./downstream-stream.ts";
import type { Misdeed } from "./misbehaviour.ts";

const BY_CLIENTS = new Set([constants.NGHTTP2_NO_ERROR, constants.NGHTTP2_CANCEL, constants.NGHTTP2_REFUSED_STREAM]);

/**
 * Whether the end of a stream counts against its client. Who sent a reset is not shown, but its code tells: those of an error are what
 * nghttp2 answers a frame with that is not allowed.
 * @param served null for a stream whose request was not begun
 */
export function misdeedOf(stream: ServerHttp2Stream, served: DownstreamStream | null): Misdeed | null {
  const resetFor = served?.resetFor ?? null;
  if (resetFor !== null) return resetFor === "stall" ? "provokedReset" : null;
  const code = stream.rstCode ?? constants.NGHTTP2_NO_ERROR;
  if (code === constants.NGHTTP2_NO_ERROR && !stream.aborted) return null;
  return BY_CLIENTS.has(code) ? "reset" : "provokedReset";
}
