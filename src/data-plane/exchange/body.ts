import type { Readable } from "node:stream";
import type { GatewayHeaders } from "./headers.ts";

/** Where the pieces of a body go: the other side's connection, or a buffer. */
export interface BodySink {
  /** @returns false when the sink is full; it calls `drained` (given to `relayTo`'s start) when there is room again. */
  write(piece: Buffer): boolean;
  /** As `write`, for a small text whose characters are octets (latin1); for sinks that write text anyway. */
  writeText?(text: string): boolean;
  /** No more pieces will come for now: what was held back to be written together must go out. */
  flush(): void;
  /** The body is complete. `trailers` is null unless the message had some. */
  end(trailers: GatewayHeaders | null): void;
  /** Set by the body when relaying starts; the sink calls it once it has room after a `write` that returned false. */
  drained: (() => void) | null;
}

/** The content of a message. It is read once, by exactly one of the three ways; back-pressure reaches the sending peer. */
export interface Body {
  /** Length in bytes where the message declared it; null for chunked or until-close. 0 for an empty body. */
  readonly length: number | null;
  /** Content bytes allowed; beyond it reading fails with `payload_too_large`. Infinity unless somebody sets it. */
  limit: number;
  /** Set for bodies that may pause for as long as their sender likes, as the messages of a gRPC stream do. */
  unhurried?: boolean;
  /** True while no way of reading was started: only then may a request be tried again on another endpoint. */
  readonly untouched: boolean;
  /** Moves every piece into the sink without a stream in between. Resolves when complete, rejects with a `Failed` when cut off. */
  relayTo(sink: BodySink): Promise<void>;
  /** The whole body in memory. Rejects with a `Failed` (`payload_too_large`) beyond `limit` bytes. */
  bytes(limit: number): Promise<Buffer>;
  /** A Node stream, for middleware that wants one. */
  stream(): Readable;
}
