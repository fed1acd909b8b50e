import { isGrpc } from "../exchange/grpc.ts";
import type { GatewayRequest } from "../exchange/request.ts";
import { listMembers } from "../http/grammar.ts";
import { CodedBody } from "./coded-body.ts";
import { forbidsTransforming, hasDigest } from "./compressible.ts";
import { CONTENT_DECODINGS, type ContentDecoding } from "./content-decoding.ts";
import { decodingChain } from "./decoding-chain.ts";
import type { MiddlewareFactory } from "./factory.ts";

/** Decoded bytes a received one. Envoy's default; text seldom comes near it, and what was made to burst is far beyond. */
export const DEFAULT_RATIO = 100;

/** Codings of one body, one in the other: each is a stream of its own. */
const MOST_CODINGS = 3;

/**
 * Decompresses request bodies while they come (RFC 9110 §8.4), for upstreams that cannot. The limit that the request's body has holds for
 * what is received and for what comes of it. Where there is a coding that we do not know, or more than `MOST_CODINGS`, all go on as they are: the
 * upstream knows better than we what it takes, and says 415 where it does not (RFC 9110 §15.5.16).
 * Options: `ratio`, decoded bytes a received one, beyond which it is refused (default `DEFAULT_RATIO`).
 */
export const decompressRequest: MiddlewareFactory = (options) => {
  const ratio = options["ratio"] ?? DEFAULT_RATIO;
  if (typeof ratio !== "number" || ratio < 1) throw new Error("decompress-request: ratio must be a number from 1");
  return (exchange, next) => {
    const { request } = exchange;
    const decodings = decodingsOf(request);
    if (decodings === null) return next(exchange);
    request.headers.delete("content-encoding");
    request.headers.delete("content-length");
    const { limit } = request.body;
    request.body = new CodedBody(
      request.body,
      (to, most) => decodingChain(decodings, to, { limit: most, ratio }),
      limit,
    );
    return next(exchange);
  };
};

/** In the order in which the codings were put on (RFC 9110 §8.4); null where the body goes on as it is. */
function decodingsOf({ headers, body }: GatewayRequest): readonly ContentDecoding[] | null {
  if (body.length === 0 || !headers.has("content-encoding")) return null;
  if (isGrpc(headers) || forbidsTransforming(headers) || hasDigest(headers)) return null;
  const codings = headers.all("content-encoding").flatMap(listMembers);
  if (codings.length === 0 || codings.length > MOST_CODINGS) return null;
  const decodings = codings.map((coding) => CONTENT_DECODINGS.get(coding));
  return decodings.every((decoding) => decoding !== undefined) ? decodings : null;
}
