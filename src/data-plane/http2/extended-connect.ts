import { createHash, randomBytes } from "node:crypto";
import { addAbortSignal, type Duplex } from "node:stream";
import { Failed } from "../exchange/failure.ts";
import type { GatewayHeaders } from "../exchange/headers.ts";
import type { GatewayResponse } from "../exchange/response.ts";
import { notReturned } from "../http/hop-by-hop.ts";

/** RFC 6455 §1.3. */
const GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

/**
 * Makes the fields of an extended CONNECT (RFC 8441 §5) those of the opening handshake of HTTP/1.1, with a key of our own: over HTTP/2 there
 * is none.
 * @param protocol the value of `:protocol`
 * @throws {Failed} protocol_not_implemented
 */
export function becomeUpgrade(headers: GatewayHeaders, protocol: string): void {
  if (protocol.toLowerCase() !== "websocket") throw new Failed("protocol_not_implemented", `:protocol ${protocol}`);
  headers.append("connection", "upgrade");
  headers.append("upgrade", "websocket");
  headers.set("sec-websocket-key", randomBytes(16).toString("base64"));
}

/**
 * The field block of the 200 with which a tunnel begins.
 * @param key what the upstream was sent as Sec-WebSocket-Key
 * @throws {Failed} upstream_invalid where the upstream did not answer to this key (RFC 6455 §4.1)
 */
export function tunnelFields({ headers }: GatewayResponse, key: string): string[] {
  const accept = headers.all("sec-websocket-accept");
  if (accept.length !== 1 || accept[0] !== acceptFor(key))
    throw new Failed("upstream_invalid", "a WebSocket handshake with another Sec-WebSocket-Accept");
  const block = [":status", "200"];
  const dropped = notReturned(headers);
  headers.forEach((name, value) => {
    if (name !== "sec-websocket-accept" && !dropped(name)) block.push(name, value);
  });
  return block;
}

/**
 * What an upstream of HTTP/2 says by a 2xx to an extended CONNECT, as an upstream of HTTP/1 would have said it.
 * @param stream its end of the tunnel
 * @param key what the client sent as Sec-WebSocket-Key, or is taken to have sent
 */
export function tunnelResponse(
  stream: Duplex,
  { headers }: Pick<GatewayResponse, "headers">,
  key: string,
): GatewayResponse {
  headers.set("sec-websocket-accept", acceptFor(key));
  const tunnel = { socket: stream, firstBytes: NOTHING, cutOff: () => cancelStream(stream) };
  return { status: 101, reason: "", headers, body: null, tunnel };
}

const NOTHING = Buffer.alloc(0);

function acceptFor(key: string): string {
  return createHash("sha1")
    .update(key + GUID)
    .digest("base64");
}

/** To a client any 2xx says that the tunnel is there. @throws {Failed} upstream_invalid */
export function checkRefusal({ status }: GatewayResponse): void {
  if (status < 300) throw new Failed("upstream_invalid", `${status} to a WebSocket handshake`);
}

/** Resets a stream with CANCEL, as RFC 8441 §5 wants it where one side of a tunnel was cut off. */
export function cancelStream(stream: Duplex): void {
  if (!stream.destroyed) addAbortSignal(AbortSignal.abort(), stream);
}
