import { Failed } from "../exchange/failure.ts";
import type { GatewayHeaders } from "../exchange/headers.ts";
import { isToken, listMembers } from "./grammar.ts";

/** Protocols we never tunnel: what they would carry is HTTP that we have not read (h2c smuggling), or TLS that is not ours to pass. */
const STRIPPED = /^(?:h2c|http\/|tls\/|http$|tls$|h2$)/;

/** 16 octets in base64 (RFC 6455 §4.2.1). */
const KEY = /^[A-Za-z0-9+/]{22}==$/;

/**
 * Which protocol the request asks to switch to (RFC 9110 §7.8), lower case, or null when it is to be served as a plain request.
 * @param options lower-case options of Connection
 * @throws {Failed} bad_request for a body with an upgrade or a malformed WebSocket handshake (RFC 6455 §4.1); upgrade_required for
 * another version of WebSocket than 13
 */
export function askedUpgrade(
  method: string,
  httpVersion: "1.0" | "1.1",
  headers: GatewayHeaders,
  options: readonly string[],
  hasBody: boolean,
): string | null {
  const value = headers.get("upgrade");
  if (value === undefined) return null;
  const members = headers.all("upgrade").flatMap(listMembers);
  if (members.includes("websocket")) checkWebSocket(method, httpVersion, headers, options);
  const protocol = members[0] as string;
  if (members.length !== 1 || STRIPPED.test(protocol) || httpVersion === "1.0" || !options.includes("upgrade"))
    return null;
  if (!protocol.split("/").every(isToken)) throw new Failed("bad_request", `Upgrade: ${value}`);
  if (hasBody) throw new Failed("bad_request", "an upgrade with a body");
  return protocol;
}

function checkWebSocket(
  method: string,
  httpVersion: string,
  headers: GatewayHeaders,
  options: readonly string[],
): void {
  if (method !== "GET") throw new Failed("bad_request", `a WebSocket handshake with ${method}`);
  if (httpVersion !== "1.1") throw new Failed("bad_request", "a WebSocket handshake in HTTP/1.0");
  if (!options.includes("upgrade"))
    throw new Failed("bad_request", "a WebSocket handshake without Connection: upgrade");
  const keys = headers.all("sec-websocket-key");
  if (keys.length !== 1 || !KEY.test(keys[0] as string))
    throw new Failed("bad_request", "a WebSocket handshake without one valid Sec-WebSocket-Key");
  if (headers.get("sec-websocket-version") !== "13") {
    throw new Failed("upgrade_required", `WebSocket version ${headers.get("sec-websocket-version") ?? "(none)"}`);
  }
}
