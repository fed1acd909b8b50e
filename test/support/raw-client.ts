import { connect as connectPlain, type Socket } from "node:net";
import { connect as connectTls, type ConnectionOptions } from "node:tls";
import { setImmediate as nextTurn } from "node:timers/promises";
import { onTestFinished } from "vitest";
import { ByteLog } from "./byte-log.ts";
import { readHead, readResponse, show, values, type Field, type Message } from "./message.ts";
import { Waiting } from "./waiting.ts";

export interface Response extends Message {
  readonly status: number;
  readonly reason: string;
  /** The 1xx that came before it. */
  readonly interim: readonly Response[];
}

/** A client that writes exactly the bytes it is given and keeps exactly the bytes it gets. Text is latin1: one character, one byte. */
export class RawClient {
  readonly socket: Socket;
  readonly #log = new ByteLog();
  #read = 0;
  #closed = false;
  #ended = false;
  readonly #waiting = new Waiting();

  /** Opens a connection, destroyed when the test is over. With `tls`, its handshake is done too. */
  static async open(port: number, options: { tls?: ConnectionOptions; halfOpen?: boolean } = {}): Promise<RawClient> {
    const where = { host: "127.0.0.1", port, allowHalfOpen: options.halfOpen ?? false };
    const socket = options.tls === undefined ? connectPlain(where) : connectTls({ ...where, ...options.tls });
    onTestFinished(() => void socket.destroy());
    const client = new RawClient(socket);
    await new Promise<void>((resolve, reject) => {
      socket.once(options.tls === undefined ? "connect" : "secureConnect", resolve);
      socket.once("error", reject);
    });
    return client;
  }

  constructor(socket: Socket) {
    this.socket = socket;
    socket.setNoDelay(true);
    // A reset shows as a close in the middle of something; the tests ask for that, not for the error.
    socket.on("error", () => {});
    socket.on("data", (piece: Buffer) => {
      this.#log.append(piece);
      this.#waiting.changed();
    });
    socket.on("end", () => {
      this.#ended = true;
      this.#waiting.changed();
    });
    socket.on("close", () => {
      this.#closed = true;
      this.#waiting.over(() => `the connection is closed; received ${show(this.#log.all.toString("latin1"))}`);
    });
  }

  get received(): Buffer {
    return this.#log.all;
  }

  /** What was received and belongs to no response read so far. */
  get rest(): Buffer {
    return this.#log.all.subarray(this.#read);
  }

  get isClosed(): boolean {
    return this.#closed;
  }

  write(bytes: string | Buffer): void {
    if (this.socket.writable) this.socket.write(toBuffer(bytes));
  }

  /** One byte a segment. Beyond 2 KiB the middle goes as one: the edges are where parsers err. Stops when the other side closes. */
  async writeByteByByte(bytes: string | Buffer): Promise<void> {
    const all = toBuffer(bytes);
    const edge = all.length > 2_048 ? 512 : all.length;
    for (let at = 0; at < all.length && this.socket.writable; await nextTurn()) {
      const next = at >= edge && at < all.length - edge ? all.length - edge : at + 1;
      this.socket.write(all.subarray(at, next));
      at = next;
    }
  }

  /** Sends FIN: nothing more will be written. */
  end(): void {
    this.socket.end();
  }

  /** Sends RST. */
  reset(): void {
    this.socket.resetAndDestroy();
  }

  until(what: string, ready: (received: Buffer) => boolean): Promise<void> {
    return this.#waiting.until(what, () => ready(this.#log.all));
  }

  closed(): Promise<void> {
    return this.#waiting.until("the end of the connection", () => this.#closed || this.#ended);
  }

  /** The next final response; rejects when the connection ends before it is complete. */
  async response(options: { toHead?: boolean } = {}): Promise<Response> {
    let found: Response | null = null;
    await this.#waiting.until("a response", () => (found = this.#take(options.toHead ?? false)) !== null);
    return found as unknown as Response;
  }

  /** Everything until the connection ends, which must be whole responses and nothing else. */
  async responsesUntilClose(options: { toHead?: boolean } = {}): Promise<Response[]> {
    await this.closed();
    const responses: Response[] = [];
    while (this.rest.length > 0) {
      const next = this.#take(options.toHead ?? false);
      if (next === null) throw new Error(`cut off: ${show(this.rest.toString("latin1"))}`);
      responses.push(next);
    }
    return responses;
  }

  /** The head of a response whose body is still coming, or null. Takes nothing. */
  peekHead(): { status: number; fields: readonly Field[] } | null {
    const head = readHead(this.#log.all, this.#read, "response");
    return head === null ? null : { status: Number(head.startLine.slice(9, 12)), fields: head.fields };
  }

  #take(toHead: boolean): Response | null {
    const interim: Response[] = [];
    for (let at = this.#read; ;) {
      const found = readResponse(this.#log.all, at, toHead, this.#closed || this.#ended);
      if (found === null) return null;
      const status = Number(found.message.startLine.slice(9, 12));
      const response = { ...found.message, status, reason: found.message.startLine.slice(13), interim };
      at = found.end;
      if (status >= 200 || status === 101) {
        this.#read = at;
        return response;
      }
      interim.push(response);
    }
  }
}

/** True when the response says that the connection ends with it. */
export function saysClose(response: Message): boolean {
  return values(response, "connection").some((value) => /(^|,)\s*close\s*(,|$)/i.test(value));
}

function toBuffer(bytes: string | Buffer): Buffer {
  return typeof bytes === "string" ? Buffer.from(bytes, "latin1") : bytes;
}
