import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { onTestFinished } from "vitest";
import { Waiting } from "./waiting.ts";

/** A TCP client of any protocol. */
export class StreamClient {
  readonly socket: Socket;
  received = "";
  ended = false;
  closed = false;
  readonly #waiting = new Waiting();

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.on("data", (piece: Buffer) => {
      this.received += piece.toString("latin1");
      this.#waiting.changed();
    });
    socket.on("end", () => {
      this.ended = true;
      this.#waiting.changed();
    });
    socket.on("error", () => {});
    socket.on("close", () => {
      this.closed = true;
      this.#waiting.changed();
      this.#waiting.over(() => `the connection was closed after ${JSON.stringify(this.received.slice(0, 200))}`);
    });
  }

  static async open(port: number): Promise<StreamClient> {
    const socket = connect({ port, host: "127.0.0.1", allowHalfOpen: true });
    onTestFinished(() => void socket.destroy());
    await once(socket, "connect");
    return new StreamClient(socket);
  }

  send(text: string | Buffer): this {
    this.socket.write(text);
    return this;
  }

  until(what: string, ready: (client: StreamClient) => boolean): Promise<void> {
    return this.#waiting.until(what, () => ready(this));
  }

  /** The gateway ends the connection, whatever it has said before. */
  untilCut(): Promise<void> {
    return this.until("an end", ({ ended, closed }) => ended || closed);
  }

  untilReceived(text: string): Promise<void> {
    return this.until(JSON.stringify(text), ({ received }) => received.includes(text));
  }
}
