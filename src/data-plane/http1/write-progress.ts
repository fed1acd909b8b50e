import type { Socket } from "node:net";
import { Stall } from "../stall.ts";

/** The libuv handle's count of octets that the kernel has not taken yet; what Node's own socket time-out looks at. */
interface Handle {
  readonly _handle?: { readonly writeQueueSize?: number } | null;
}

/**
 * Tells a peer that reads slowly from one that does not read: Node says only when everything was written, which for a slow reader
 * can take minutes.
 */
export class WriteProgress extends Stall {
  readonly #socket: Socket;

  constructor(socket: Socket) {
    super();
    this.#socket = socket;
  }

  /** True while octets wait that the kernel has not taken. */
  get waiting(): boolean {
    return this.#count() > 0;
  }

  /** To be asked now and then: true when octets wait and none went for `patience` milliseconds, as far as the asking shows. */
  stalled(now: number, patience: number): boolean {
    const waiting = this.#count();
    return this.look(now, waiting === 0 ? null : waiting, patience);
  }

  #count(): number {
    return this.#socket.writableLength + ((this.#socket as Handle)._handle?.writeQueueSize ?? 0);
  }
}
