// A process: takes any upgrade to a WebSocket, and answers each message of 100 octets with one of as many.
import { createHash } from "node:crypto";
import { createServer, type AddressInfo } from "node:net";
import { announce } from "../announce.ts";

const MESSAGE = 106;
const ANSWER = Buffer.concat([Buffer.from([0x81, 100]), Buffer.alloc(100, "y")]);

const server = createServer({ noDelay: true }, (socket) => {
  let head = "";
  let unread = 0;
  socket.on("error", () => socket.destroy());
  socket.on("data", (piece: Buffer) => {
    if (!head.endsWith("\r\n\r\n")) {
      head += piece.toString("latin1");
      const key = /^Sec-WebSocket-Key: (\S+)/imu.exec(head)?.[1];
      if (head.endsWith("\r\n\r\n"))
        socket.write(key === undefined ? "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n" : accept(key));
      return;
    }
    unread += piece.length;
    for (; unread >= MESSAGE; unread -= MESSAGE) socket.write(ANSWER);
  });
});

/** RFC 6455 §4.2.2. */
function accept(key: string): string {
  const digest = createHash("sha1").update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest("base64");
  return `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${digest}\r\n\r\n`;
}

server.listen(0, "127.0.0.1", () => announce((server.address() as AddressInfo).port));
