import { createSocket, type Socket as UdpSocket } from "node:dgram";
import { once } from "node:events";
import { createServer, type Server } from "node:net";
import { answerTo, NAME_ERROR, NO_ERROR, questionOf, type Records, SERVER_FAILURE } from "../support/dns-message.ts";

/** How a name server answers. */
export type Mood = "well" | "failing" | "no such name" | "silent";

/** What fits into a datagram; more is asked for over TCP. */
const DATAGRAM = 25;
const PORT = 53;

/** A name server on port 53 of an address, that gives every name the same addresses, and can be out of order. */
export class FaultyNameServer {
  mood: Mood = "well";
  addresses: readonly string[] = [];
  /** Seconds. */
  readonly ttl = 1;
  asked = 0;
  readonly #udp: UdpSocket = createSocket("udp4");
  readonly #tcp: Server;

  static async start(host: string, addresses: readonly string[]): Promise<FaultyNameServer> {
    const server = new FaultyNameServer(addresses);
    server.#udp.bind(PORT, host);
    server.#tcp.listen(PORT, host);
    await Promise.all([once(server.#udp, "listening"), once(server.#tcp, "listening")]);
    return server;
  }

  constructor(addresses: readonly string[]) {
    this.addresses = addresses;
    this.#udp.on("message", (query, from) => {
      const answer = this.#answer(query, DATAGRAM);
      if (answer !== null) this.#udp.send(answer, from.port, from.address);
    });
    this.#tcp = createServer((socket) => {
      socket.on("error", () => {});
      // A query comes in one piece, with its length before it.
      socket.on("data", (piece: Buffer) => {
        const answer = this.#answer(piece.subarray(2), Infinity);
        if (answer === null) return;
        const length = Buffer.alloc(2);
        length.writeUInt16BE(answer.length);
        socket.write(Buffer.concat([length, answer]));
      });
    });
  }

  close(): void {
    this.#udp.close();
    this.#tcp.close();
  }

  #answer(query: Buffer, most: number): Buffer | null {
    this.asked += 1;
    if (this.mood === "silent") return null;
    if (this.mood === "failing") return answerTo(query, SERVER_FAILURE, undefined);
    if (this.mood === "no such name") return answerTo(query, NAME_ERROR, undefined);
    const found: Records | undefined =
      questionOf(query).kind === "A" ? { addresses: this.addresses, ttl: this.ttl } : undefined;
    return answerTo(query, NO_ERROR, found, (found?.addresses.length ?? 0) > most);
  }
}
