import type { MiddlewareSettings } from "../../../snapshot/route.ts";
import { type Annotation, OWN_PREFIX, type ReadAnnotation } from "./annotation.ts";
import type { AnnotationReader } from "./annotation-reader.ts";
import { parseSize } from "./body-size.ts";

const MEBIBYTE = 1024 ** 2;
/** What one request may hold of our memory. */
const MOST = 16 * MEBIBYTE;

/** In bytes; 0 for none. */
export const bufferRequest: Annotation<number | null> = {
  name: "buffer-request",
  fallback: null,
  docs: "Receive request bodies up to this size whole before an endpoint is chosen: a slow client keeps no upstream busy, and one that leaves meanwhile was never there. Larger ones are streamed, as are all while too much is held already (`heldBytes` in the [limits](limits.md)). 0 for none. Above `proxy-request-buffering`.",
  expected: "a number of bytes up to 16m, optionally with the unit b, k or m",
  whenInvalid: "its bodies are streamed",
  parse: (text) => {
    const bytes = parseSize(text);
    return bytes === null || bytes > MOST ? null : bytes;
  },
};

export const proxyRequestBuffering: Annotation<"on" | "off"> = {
  name: "proxy-request-buffering",
  fallback: "off",
  docs: "`on`: request bodies up to 1m are received whole before an endpoint is chosen, in memory; larger ones are streamed, where ingress-nginx writes them to a disk. `off`: all are streamed, which is the default here. Another size: `ts-ingress.io/buffer-request`.",
  expected: "on or off",
  parse: (text) => (text === "on" || text === "off" ? text : null),
};

/** What is said where it is on. */
export const TELLS_OF_BUFFERING = {
  code: "RequestBufferingBounded",
  what: "is on: bodies up to 1m are received whole, larger ones are streamed, and none is written to a disk",
  remedy: `Nothing need be done; ${OWN_PREFIX}${bufferRequest.name} sets another size`,
} as const;

/** The middleware for the routes of an Ingress, or null. */
export function readBuffering(
  read: ReadAnnotation,
  reader: AnnotationReader,
  own: AnnotationReader,
): MiddlewareSettings | null {
  const asNginx = read(proxyRequestBuffering);
  if (own.values[bufferRequest.name] !== undefined) {
    const bytes = own.read(bufferRequest) ?? 0;
    return bytes === 0 ? null : { use: "buffer-request", options: { bytes } };
  }
  if (asNginx === "off") return null;
  const { code, what, remedy } = TELLS_OF_BUFFERING;
  // Where it is a setting of the whole gateway that is said there, once.
  if (reader.values[proxyRequestBuffering.name] !== undefined)
    reader.say(proxyRequestBuffering.name, "info", code, what, remedy);
  return { use: "buffer-request", options: { bytes: MEBIBYTE } };
}
