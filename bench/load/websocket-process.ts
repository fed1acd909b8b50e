// A process: keeps WebSockets busy, one message of 100 octets at a time on each, and tells what it counted. Started with port, connections
// and seconds.
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { HOST } from "./request.ts";

const [port = 0, connections = 0, seconds = 0] = process.argv.slice(2).map(Number);
/** Masked by nothing, which is a mask too: FIN, text, 100 octets. */
const FRAME = Buffer.concat([Buffer.from([0x81, 0x80 | 100, 0, 0, 0, 0]), Buffer.alloc(100, "x")]);
const ANSWER = 102;
const HANDSHAKE = `GET /ws HTTP/1.1\r\nHost: ${HOST}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n`;

let messages = 0;
let errors = 0;
const times: number[] = [];
const sockets = await Promise.all(Array.from({ length: connections }, open));
for (const socket of sockets) play(socket);
await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
const counted = { messages, errors };
for (const socket of sockets) socket.destroy();
times.sort((a, b) => a - b);
const at = (share: number): number => times[Math.floor(times.length * share)] ?? 0;
process.stdout.write(JSON.stringify({ ...counted, p50: at(0.5), p99: at(0.99) }));

async function open(): Promise<Socket> {
  const socket = connect({ port, host: "127.0.0.1", noDelay: true });
  await once(socket, "connect");
  socket.write(HANDSHAKE);
  const [head] = (await once(socket, "data")) as [Buffer];
  if (!head.toString("latin1").startsWith("HTTP/1.1 101")) throw new Error(`no WebSocket: ${head.toString("latin1")}`);
  return socket;
}

function play(socket: Socket): void {
  let waiting = ANSWER;
  let sent = performance.now();
  socket.on("data", (piece: Buffer) => {
    waiting -= piece.length;
    if (waiting > 0) return;
    messages += 1;
    if (messages % 16 === 0) times.push(performance.now() - sent);
    waiting = ANSWER;
    sent = performance.now();
    socket.write(FRAME);
  });
  socket.on("error", () => (errors += 1));
  socket.write(FRAME);
}
