import { Readable } from "node:stream";
import type { Body } from "./body.ts";
import { RELAYED } from "./relayed.ts";

/** The body of a message without one. */
export const EMPTY_BODY: Body = {
  length: 0,
  limit: Infinity,
  untouched: true,
  relayTo(sink) {
    sink.end(null);
    return RELAYED;
  },
  bytes: () => Promise.resolve(Buffer.alloc(0)),
  stream: () => Readable.from([]),
};
