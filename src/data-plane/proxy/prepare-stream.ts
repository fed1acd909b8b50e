import type { Exchange } from "../exchange/exchange.ts";
import { isGrpc } from "../exchange/grpc.ts";
import { RepeatableBody } from "../exchange/repeatable-body.ts";
import { forwardedLines } from "../http/forwarded.ts";
import { listMembers } from "../http/grammar.ts";
import { notForwarded } from "../http/hop-by-hop.ts";
import type { UpstreamRequest } from "../http1/upstream-request.ts";
import type { Limits } from "../limits.ts";
import { checkTarget, type ForwardTimeouts, framingOf } from "./prepare-request.ts";

/**
 * The request as every endpoint of HTTP/2 gets it, however many are tried (RFC 9113 §8.3.1): as `prepareRequest` does for HTTP/1. `te` goes on,
 * since gRPC servers ask for it; an upgrade does not, but for one to WebSocket, which becomes an extended CONNECT (RFC 8441 §5).
 * @param scheme of the connection to the upstream
 * @param limits how much of a body is kept, so that it can be sent again: what an upstream of HTTP/2 refuses it has not begun with
 */
export function prepareStream(
  exchange: Exchange,
  timeouts: ForwardTimeouts,
  scheme: "http" | "https",
  limits: Limits,
): UpstreamRequest {
  const { request } = exchange;
  const { method, target, headers, authority, upgrade } = request;
  checkTarget(target);
  const framing = framingOf(request.body);
  const connects = upgrade === "websocket";
  const asked = connects ? [":method", "CONNECT", ":protocol", upgrade] : [":method", method];
  const block = [...asked, ":scheme", scheme, ":path", target];
  if (authority !== "") block.push(":authority", authority);
  const dropped = notForwarded(headers);
  headers.forEach((name, value) => {
    // The key is for a handshake in HTTP/1.
    if (!dropped(name) && !(connects && name === "sec-websocket-key")) block.push(name, value);
  });
  if (headers.all("te").flatMap(listMembers).includes("trailers")) block.push("te", "trailers");
  for (const line of forwardedLines(exchange).split("\r\n")) {
    const colon = line.indexOf(": ");
    if (colon > 0) block.push(line.slice(0, colon).toLowerCase(), line.slice(colon + 2));
  }
  if (framing.kind === "length") block.push("content-length", String(framing.length));
  else if (framing.kind === "none" && !connects && headers.has("content-length")) block.push("content-length", "0");
  if (request.expectsContinue) block.push("expect", "100-continue");
  const unhurried = framing.kind !== "none" && isGrpc(headers);
  if (unhurried) request.body.unhurried = true;
  const prepared: UpstreamRequest = {
    method,
    head: "",
    block,
    framing,
    body: framing.kind === "none" ? request.body : new RepeatableBody(request.body, limits.bufferedBytes),
    unhurried,
    upgrade,
    readTimeout: timeouts.read,
    writeTimeout: timeouts.send,
    exchange,
  };
  return connects ? { ...prepared, webSocketKey: headers.get("sec-websocket-key") ?? "" } : prepared;
}
