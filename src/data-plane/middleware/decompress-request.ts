import { isGrpc } from "../exchange/grpc.ts";
import type { GatewayRequest } from "../exchange/request.ts";
import { listMembers } from "../http/grammar.ts";
import { CodedBody } from "./coded-body.ts";
import { forbidsTransforming, hasDigest } from "./compressible.ts";
import { CONTENT_DECODINGS, type ContentDecoding } from "./content-decoding.ts";
import { DecodingSink } from "./decoding-sink.ts";
import type { MiddlewareFactory } from "./factory.ts";

/** Decoded bytes a received one. Envoy's default; text seldom comes near it, and what was made to burst is far beyond. */
export const DEFAULT_RATIO = 100;

/**
 * Decompresses request bodies while they come (RFC 9110 §8.4), for upstreams that cannot. The limit that the request's body has holds for
 * what is received and for what comes of it. A coding that we do not know, or several, go on as they are: the upstream knows better than
 * we what it takes, and says 415 where it does not (RFC 9110 §15.5.16).
 * Options: `ratio`, decoded bytes a received one, beyond which it is refused (default `DEFAULT_RATIO`).
 */
export const decompressRequest: MiddlewareFactory = (options) => {
  const ratio = options["ratio"] ?? DEFAULT_RATIO;
  if (typeof ratio !== "number" || ratio < 1) throw new Error("decompress-request: ratio must be a number from 1");
  return (exchange, next) => {
    const { request } = exchange;
    const decoding = decodingOf(request);
    if (decoding === undefined) return next(exchange);
    request.headers.delete("content-encoding");
    request.headers.delete("content-length");
    const { limit } = request.body;
    request.body = new CodedBody(
      request.body,
      (to, most) => new DecodingSink(decoding, to, { limit: most, ratio }),
      limit,
    );
    return next(exchange);
  };
};

function decodingOf({ headers, body }: GatewayRequest): ContentDecoding | undefined {
  if (body.length === 0 || !headers.has("content-encoding")) return undefined;
  const [coding = "", ...others] = headers.all("content-encoding").flatMap(listMembers);
  if (others.length > 0 || isGrpc(headers) || forbidsTransforming(headers) || hasDigest(headers)) return undefined;
  return CONTENT_DECODINGS.get(coding);
}
