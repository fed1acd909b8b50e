import type { ServerSessionOptions } from "node:http2";
import type { Limits } from "../limits.ts";

export const STREAM_WINDOW = 64 * 1024;
/** Octets in flight to us on one session. What arrives is taken at once, so that one stream that waits does not hold up the others. */
export const SESSION_WINDOW = 1024 * 1024;

/** Bounds that @types/node 24 declares for whole servers alone; `performServerHandshake` takes them all the same. */
interface SessionBounds {
  readonly maxSessionInvalidFrames: number;
  readonly maxSessionRejectedStreams: number;
  readonly streamResetBurst: number;
  readonly streamResetRate: number;
  readonly strictSingleValueFields: boolean;
  readonly strictFieldWhitespaceValidation: boolean;
}

/** What we grant a client of HTTP/2 (RFC 9113 §6.5.2), and what nghttp2 ends a session for. Node's own defaults trust the client. */
export function sessionSettings(limits: Limits): ServerSessionOptions & SessionBounds {
  return {
    settings: {
      maxConcurrentStreams: limits.streamsPerSession,
      initialWindowSize: STREAM_WINDOW,
      maxHeaderListSize: limits.headBytes,
      enablePush: false,
      // WebSockets (RFC 8441).
      enableConnectProtocol: true,
    },
    // One cookie may come as many fields; with more than this the stream is reset instead of being answered 431.
    maxHeaderListPairs: limits.fields + 28,
    // Megabytes, of nghttp2's own and of what it holds for us.
    maxSessionMemory: 8,
    maxSessionInvalidFrames: 50,
    maxSessionRejectedStreams: 100,
    // Resets a client may send: a burst, then as many a second (CVE-2023-44487).
    streamResetBurst: 200,
    streamResetRate: 20,
    // A repeated field of a response is the upstream's affair, as it is in HTTP/1.
    strictSingleValueFields: false,
    // nghttp2 would leave a value out that has space at either end, and say nothing: we refuse the request.
    strictFieldWhitespaceValidation: false,
  };
}
