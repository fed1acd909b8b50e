import type { Duplex } from "node:stream";
import { WebSocket } from "ws";

/** What either end has once a stream of HTTP/2 is open (RFC 8441 §5): the framing of WebSocket on it. */
export function webSocketOn(stream: Duplex, isServer = false): WebSocket {
  // The constructor with null is what ws itself makes a server's sockets of.
  const socket = new (WebSocket as unknown as new (address: null, protocols: undefined, options: object) => WebSocket)(
    null,
    undefined,
    { closeTimeout: 30_000 },
  );
  Object.assign(socket, { _isServer: isServer });
  (socket as unknown as { setSocket(stream: unknown, head: Buffer, options: object): void }).setSocket(
    stream,
    Buffer.alloc(0),
    { allowSynchronousEvents: true, maxPayload: 0, skipUTF8Validation: false },
  );
  return socket;
}
