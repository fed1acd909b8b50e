import { connect, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";

/** What became of a connection. */
export interface Ended {
  readonly socket: Socket;
  /** Everything received, latin1. */
  text: string;
  closed: boolean;
}

/** Opens a connection and keeps what comes. Errors are what attackers get used to. */
export function open(port: number, tls = false, host = "127.0.0.1"): Promise<Ended> {
  return new Promise((resolve) => {
    const socket = tls ? connectTls({ port, host, rejectUnauthorized: false }) : connect(port, host);
    const ended: Ended = { socket, text: "", closed: false };
    socket.on("error", () => {});
    socket.on("data", (piece: Buffer) => {
      if (ended.text.length < 4096) ended.text += piece.toString("latin1");
    });
    socket.on("close", () => {
      ended.closed = true;
      resolve(ended);
    });
    socket.on(tls ? "secureConnect" : "connect", () => resolve(ended));
  });
}

export function openMany(count: number, port: number, tls = false): Promise<Ended[]> {
  return Promise.all(Array.from({ length: count }, () => open(port, tls)));
}

export function closeAll(connections: readonly Ended[]): void {
  for (const { socket } of connections) socket.destroy();
}

export function countClosed(connections: readonly Ended[]): number {
  return connections.filter(({ closed }) => closed).length;
}

/** The status line's status of what a connection received; 0 for none. */
export function statusOf({ text }: Ended): number {
  return Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1] ?? 0);
}
