import type { Socket } from "node:net";
import type { BodySink } from "../exchange/body.ts";
import type { GatewayHeaders } from "../exchange/headers.ts";
import type { Framing } from "../http/framing.ts";
import { serializeTrailers } from "../http/trailers.ts";

import { DirectWrite } from "./direct-write.ts";
import { atEndOfTurn } from "./end-of-turn.ts";
import { latin1 } from "./latin1.ts";

/** Pieces up to this size are joined with what waits before them into one write; larger ones are not copied. */
const JOIN_BELOW = 16 * 1024;

/**
 * Writes messages on a socket, one after another: head, then body in the framing that the head announced.
 * Small pieces are held back and joined, since a system call costs more than everything else we do for a request: until the end of the
 * turn of the event loop in which `flush` or `end` was called. Whoever ends or destroys the socket before calls `send` first.
 */
export class MessageWriter implements BodySink {
  drained: (() => void) | null = null;
  /** Content bytes of the current message so far, without framing. */
  contentBytes = 0;
  /** True between `begin` and `end`. */
  open = false;
  readonly #socket: Socket;
  readonly #direct: DirectWrite;
  #pending = "";
  #due = false;
  #chunked = false;
  #left = Infinity;

  constructor(socket: Socket) {
    this.#socket = socket;
    const onRoom = (): void => this.drained?.();
    this.#direct = new DirectWrite(socket, onRoom);
    socket.on("drain", onRoom);
  }

  /** @param head complete, with its empty line; must announce `framing` */
  begin(head: string, framing: Framing): void {
    this.#pending += head;
    this.#chunked = framing.kind === "chunked";
    this.#left = framing.kind === "length" ? framing.length : framing.kind === "none" ? 0 : Infinity;
    this.contentBytes = 0;
    this.open = true;
  }

  write(piece: Buffer): boolean {
    if (piece.length < JOIN_BELOW) return this.writeText(latin1(piece, 0, piece.length));
    this.#count(piece.length);
    this.#pending += this.#chunked ? `${piece.length.toString(16)}\r\n` : "";
    this.#writeLarge(piece);
    if (this.#chunked) this.#pending = "\r\n";
    return this.#hasRoom;
  }

  writeText(text: string): boolean {
    if (text.length > 0) {
      this.#count(text.length);
      this.#pending += this.#chunked ? `${text.length.toString(16)}\r\n${text}\r\n` : text;
      if (this.#pending.length > JOIN_BELOW) this.send();
    }
    return this.#hasRoom;
  }

  flush(): void {
    if (this.#due || this.#pending === "") return;
    this.#due = true;
    atEndOfTurn(this);
  }

  /** True while a message, or the rest of one, waits for the end of the turn. */
  get waiting(): boolean {
    return this.#due;
  }

  /** Writes what is held back. */
  send(): void {
    this.#due = false;
    if (this.#pending === "" || this.#socket.destroyed) return;
    const pending = this.#pending;
    this.#pending = "";
    this.#direct.write(pending);
  }

  end(trailers: GatewayHeaders | null): void {
    if (this.#left > 0 && this.#left !== Infinity)
      throw new Error(`a body is ${this.#left} bytes shorter than its Content-Length`);
    if (this.#chunked) this.#pending += `0\r\n${serializeTrailers(trailers)}\r\n`;
    this.open = false;
    this.flush();
  }

  /** Writes something that is no message of its own: an interim response. */
  writeAside(text: string): void {
    this.#pending += text;
    this.flush();
  }

  get #hasRoom(): boolean {
    return !this.#direct.pending && !this.#socket.writableNeedDrain;
  }

  #count(octets: number): void {
    this.contentBytes += octets;
    this.#left -= octets;
    // A body longer than its head said would be read as the next message: never let it out.
    if (this.#left < 0) throw new Error(`a body is ${-this.#left} bytes longer than its Content-Length`);
  }

  #writeLarge(piece: Buffer): void {
    if (this.#pending === "") {
      this.#socket.write(piece);
      return;
    }
    this.#socket.cork();
    this.send();
    this.#socket.write(piece);
    this.#socket.uncork();
  }
}
