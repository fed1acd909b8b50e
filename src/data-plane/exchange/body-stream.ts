import { Readable } from "node:stream";
import type { Body, BodySink } from "./body.ts";
import { Failed } from "./failure.ts";

/** A body as a Node stream; what cuts it off destroys the stream. Trailers are lost on the way, as streams have none. */
export function bodyStream(body: Pick<Body, "relayTo">): Readable {
  const sink: BodySink = {
    write: (piece) => stream.push(piece),
    flush: () => {},
    end: () => void stream.push(null),
    drained: null,
  };
  const stream = new Readable({ read: () => sink.drained?.() });
  body.relayTo(sink).catch((error: unknown) => stream.destroy(Failed.from(error)));
  return stream;
}
