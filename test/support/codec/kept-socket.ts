import type { Socket } from "node:net";
import { Duplex } from "node:stream";

/** A socket without a network: keeps what is written to it, and receives nothing by itself. */
export class KeptSocket extends Duplex {
  readonly #written: Buffer[] = [];

  /** As what takes a socket wants it. */
  get asSocket(): Socket {
    return this as unknown as Socket;
  }

  get written(): Buffer {
    return Buffer.concat(this.#written);
  }

  override _read(): void {}

  override _write(piece: Buffer | string, encoding: BufferEncoding, done: () => void): void {
    this.#written.push(typeof piece === "string" ? Buffer.from(piece, encoding) : piece);
    done();
  }
}
