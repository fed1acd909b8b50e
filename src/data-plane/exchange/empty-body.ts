import { Readable } from "node:stream";
import type { Body } from "./body.ts";

/** The body of a message without one. */
export const EMPTY_BODY: Body = {
  length: 0,
  limit: Infinity,
  untouched: true,
  relayTo(sink) {
    sink.end(null);
    return Promise.resolve();
  },
  bytes: () => Promise.resolve(Buffer.alloc(0)),
  stream: () => Readable.from([]),
};
