import type { Socket } from "node:net";
import { TLSSocket } from "node:tls";

/**
 * Writes text on a TCP socket without the bookkeeping of a stream, by the `_write` that every Writable has: 1 µs of 22 for a small
 * response. That method is meant for the stream's own use, so the stream's rules are kept here: nothing is written past what the stream
 * still holds, and an error ends the socket. Writes that the kernel does not take at once wait in libuv, which keeps their order.
 */
export class DirectWrite {
  /** True while the kernel has not taken the last text. */
  pending = false;
  readonly #socket: Socket;
  readonly #allowed: boolean;
  readonly #onRoom: () => void;
  readonly #done = (error?: Error | null): void => this.#written(error);
  #waited = false;

  /** @param onRoom called when a text that was not taken at once has gone, and the stream has room too */
  constructor(socket: Socket, onRoom: () => void) {
    this.#socket = socket;
    // TLS takes one write at a time and counts on the stream for that.
    this.#allowed = !(socket instanceof TLSSocket);
    this.#onRoom = onRoom;
  }

  /** @param text latin1 */
  write(text: string): void {
    const socket = this.#socket;
    const plain = this.#allowed && !this.pending && socket.writableLength === 0 && socket.writableCorked === 0;
    if (!plain || socket.writableEnded || socket.destroyed) {
      socket.write(text, "latin1");
      return;
    }
    this.pending = true;
    socket._write(text, "latin1", this.#done);
    // Nearly always the kernel has taken it, and #written was called, by now.
    this.#waited = this.pending;
  }

  #written(error?: Error | null): void {
    this.pending = false;
    if (error) this.#socket.destroy(error);
    else if (this.#waited && !this.#socket.writableNeedDrain) this.#onRoom();
    this.#waited = false;
  }
}
