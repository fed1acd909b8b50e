import { isGrpc } from "../exchange/grpc.ts";
import { Failed } from "../exchange/failure.ts";
import type { GatewayHeaders } from "../exchange/headers.ts";
import { responseFraming } from "../http/framing.ts";
import type { Limits } from "../limits.ts";
import { OF_RESPONSE, OF_TRAILERS, readFields } from "./read-fields.ts";

/** The head of a response on a stream. */
export interface StreamResponseHead {
  readonly status: number;
  readonly headers: GatewayHeaders;
}

/** What a final head says of the content behind it. */
export interface StreamContent {
  /** The message has none: its length is 0, or the method or the status leaves no room for any. */
  readonly none: boolean;
  /** What its length must be; null where that is not told. */
  readonly declared: number | null;
  /** What the client is told; null where trailers may follow. */
  readonly length: number | null;
}

const STATUS = /^[1-9][0-9]{2}$/;

/** @throws {Failed} upstream_invalid */
export function readResponseHead(block: readonly string[], limits: Limits): StreamResponseHead {
  const { pseudo, headers } = distrusted(() => readFields(block, limits, OF_RESPONSE));
  const status = pseudo.get(":status") ?? "";
  if (!STATUS.test(status)) throw new Failed("upstream_invalid", `status ${JSON.stringify(status)}`);
  return { status: Number(status), headers };
}

/** @throws {Failed} upstream_invalid */
export function readResponseTrailers(block: readonly string[], limits: Limits): GatewayHeaders {
  return distrusted(() => readFields(block, limits, OF_TRAILERS)).headers;
}

/**
 * RFC 9113 §8.1.1.
 * @param ended nothing follows the head
 * @throws {Failed} upstream_invalid
 */
export function contentOf({ status, headers }: StreamResponseHead, method: string, ended: boolean): StreamContent {
  const framing = responseFraming(headers, status, method, "1.1");
  if (ended && framing.kind === "length")
    throw new Failed("upstream_invalid", `no content with a Content-Length of ${framing.length}`);
  const declared = framing.kind === "length" ? framing.length : null;
  // What a gRPC client looks for is in the trailers, which a message of known length cannot have everywhere.
  const trailed = isGrpc(headers) && method === "POST";
  return { none: ended || (framing.kind === "none" && !trailed), declared, length: trailed ? null : declared };
}

function distrusted<Value>(read: () => Value): Value {
  try {
    return read();
  } catch (error) {
    throw new Failed("upstream_invalid", Failed.from(error).detail);
  }
}
