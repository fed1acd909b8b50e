import { createHash } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";

const GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
const CLOSE = 0x8;
const PING = 0x9;
const PONG = 0xa;
/** More than a demo needs; a longer frame ends the connection. */
const LARGEST = 64 * 1024;

/** Accepts a WebSocket (RFC 6455 §4.2.2) and sends every frame back as it came: enough to see that tunnels work. */
export function acceptWebSocketEcho(request: IncomingMessage, socket: Duplex, head: Buffer): void {
  socket.on("error", () => socket.destroy());
  const key = request.headers["sec-websocket-key"];
  if (request.headers.upgrade?.toLowerCase() !== "websocket" || key === undefined) {
    socket.end("HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
    return;
  }
  const accept = createHash("sha1")
    .update(key + GUID)
    .digest("base64");
  socket.write(
    `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
  );
  let buffered: Buffer = head;
  const onData = (piece: Buffer): void => {
    buffered = Buffer.concat([buffered, piece]);
    for (let frame = readFrame(buffered); frame !== null; frame = readFrame(buffered)) {
      buffered = buffered.subarray(frame.bytes);
      if (frame.payload === null || frame.opcode === CLOSE) {
        socket.end(frame.payload === null ? undefined : writeFrame(CLOSE | 0x80, frame.payload));
        return;
      }
      if (frame.opcode === PING) socket.write(writeFrame(PONG | 0x80, frame.payload));
      else if (frame.opcode !== PONG) socket.write(writeFrame(frame.first, frame.payload));
    }
  };
  socket.on("data", onData);
  onData(Buffer.alloc(0));
}

interface Frame {
  /** FIN bit and opcode, as they came. */
  readonly first: number;
  readonly opcode: number;
  /** Unmasked; null for a frame that is not masked or too long: the connection must end. */
  readonly payload: Buffer | null;
  /** Length of the whole frame. */
  readonly bytes: number;
}

/** RFC 6455 §5.2. @returns null while the frame is not complete. */
function readFrame(buffer: Buffer): Frame | null {
  if (buffer.length < 2) return null;
  const first = buffer.readUInt8(0);
  const second = buffer.readUInt8(1);
  const opcode = first & 0x0f;
  const short = second & 0x7f;
  const masked = (second & 0x80) !== 0;
  const lengthBytes = short === 126 ? 2 : short === 127 ? 8 : 0;
  if (buffer.length < 2 + lengthBytes) return null;
  const length =
    lengthBytes === 0 ? short : lengthBytes === 2 ? buffer.readUInt16BE(2) : Number(buffer.readBigUInt64BE(2));
  if (!masked || length > LARGEST) return { first, opcode, payload: null, bytes: buffer.length };
  const start = 2 + lengthBytes + 4;
  if (buffer.length < start + length) return null;
  const mask = buffer.subarray(start - 4, start);
  const payload = Buffer.from(buffer.subarray(start, start + length));
  for (let i = 0; i < length; i += 1) payload[i] = (payload[i] as number) ^ (mask[i & 3] as number);
  return { first, opcode, payload, bytes: start + length };
}

/** A frame to a client: never masked. */
function writeFrame(first: number, payload: Buffer): Buffer {
  const { length } = payload;
  if (length < 126) return Buffer.concat([Buffer.from([first, length]), payload]);
  const head = Buffer.alloc(length < 0x1_0000 ? 4 : 10);
  head[0] = first;
  head[1] = length < 0x1_0000 ? 126 : 127;
  if (length < 0x1_0000) head.writeUInt16BE(length, 2);
  else head.writeBigUInt64BE(BigInt(length), 2);
  return Buffer.concat([head, payload]);
}
