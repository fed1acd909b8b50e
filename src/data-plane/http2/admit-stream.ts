import type { Body } from "../exchange/body.ts";
import { EMPTY_BODY } from "../exchange/empty-body.ts";
import { Failed } from "../exchange/failure.ts";
import type { GatewayRequest } from "../exchange/request.ts";
import { type AdmitContext, admit } from "../http1/admit.ts";
import { becomeUpgrade } from "./extended-connect.ts";
import { OF_REQUEST, readFields } from "./read-fields.ts";

/**
 * Judges the request of a stream (RFC 9113 §8.3.1) by the rules of HTTP/1, into which it is going to be translated. An extended CONNECT
 * becomes the GET of a WebSocket handshake.
 * @param block name, value, name, value
 * @param ended the request has no content
 * @param makeBody for a request that has, with the length it declares
 * @throws {Failed} of the downstream side
 */
export function admitStream(
  block: readonly string[],
  ended: boolean,
  context: AdmitContext,
  makeBody: (length: number | null) => Body,
): GatewayRequest {
  const { pseudo, headers } = readFields(block, context.limits, OF_REQUEST);
  const protocol = pseudo.get(":protocol");
  const asked = pseudo.get(":method") ?? "";
  if (protocol !== undefined && asked !== "CONNECT") throw new Failed("bad_request", `:protocol with ${asked}`);
  // A plain CONNECT has neither scheme nor path (RFC 9113 §8.5); it is refused further down.
  if (asked !== "CONNECT" || protocol !== undefined) checkScheme(pseudo.get(":scheme"));
  const method = protocol === undefined ? asked : "GET";
  const target = pseudo.get(":path") ?? "/";
  if (!target.startsWith("/") && target !== "*")
    throw new Failed("bad_request", "the path does not begin with a slash");
  const authority = pseudo.get(":authority");
  if (authority !== undefined) {
    const host = headers.get("host");
    if (host === undefined) headers.append("host", authority);
    else if (host.toLowerCase() !== authority.toLowerCase()) throw new Failed("bad_request", "two different hosts");
  }
  if (protocol !== undefined) becomeUpgrade(headers, protocol);
  const { request } = admit({ method, target, httpVersion: "1.1", headers }, context, (framing) => {
    if (ended && framing.kind !== "none") throw new Failed("bad_request", "a Content-Length without content");
    // What follows an extended CONNECT is the tunnel's.
    if (ended || protocol !== undefined) return EMPTY_BODY;
    if (framing.kind === "length") return makeBody(framing.length);
    return makeBody(headers.has("content-length") ? 0 : null);
  });
  // To HTTP/1 a request that declares no length has no content. Any other expectation was refused.
  const expectsContinue = !ended && protocol === undefined && headers.has("expect");
  return { ...request, httpVersion: "2", expectsContinue };
}

function checkScheme(scheme: string | undefined): void {
  if (scheme !== "https" && scheme !== "http") throw new Failed("bad_request", "neither http nor https");
}
