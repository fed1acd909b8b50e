import { createSocket, type RemoteInfo, type Socket } from "node:dgram";
import { once } from "node:events";
import { onTestFinished } from "vitest";
import { Waiting } from "./waiting.ts";

/** A UDP socket on loopback, client or server; closed when the test is over. */
export class UdpPeer {
  readonly socket: Socket;
  readonly received: string[] = [];
  readonly port: number;
  readonly #waiting = new Waiting();

  private constructor(socket: Socket) {
    this.socket = socket;
    this.port = socket.address().port;
    socket.on("message", (datagram) => {
      this.received.push(datagram.toString());
      this.#waiting.changed();
    });
    socket.on("close", () => this.#waiting.over(() => `the socket was closed after ${JSON.stringify(this.received)}`));
  }

  static async open(answer?: (datagram: string, from: RemoteInfo, socket: Socket) => void): Promise<UdpPeer> {
    const socket = createSocket("udp4");
    socket.bind(0, "127.0.0.1");
    await once(socket, "listening");
    const peer = new UdpPeer(socket);
    if (answer !== undefined) socket.on("message", (datagram, from) => answer(datagram.toString(), from, socket));
    onTestFinished(() => peer.close());
    return peer;
  }

  /** Answers each datagram with its own name and what it got. */
  static echo(name: string): Promise<UdpPeer> {
    return UdpPeer.open((datagram, from, socket) => socket.send(`${name}:${datagram}`, from.port, from.address));
  }

  send(text: string, port: number): this {
    this.socket.send(text, port, "127.0.0.1");
    return this;
  }

  async untilReceived(count: number): Promise<string> {
    await this.#waiting.until(`${count} datagrams`, () => this.received.length >= count);
    return this.received[count - 1] as string;
  }

  close(): void {
    try {
      this.socket.close();
    } catch {
      // It was closed by the test.
    }
  }
}
