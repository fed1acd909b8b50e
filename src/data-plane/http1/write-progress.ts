import type { Socket } from "node:net";

/** The libuv handle's count of octets that the kernel has not taken yet; what Node's own socket time-out looks at. */
interface Handle {
  readonly _handle?: { readonly writeQueueSize?: number } | null;
}

/**
 * Tells a peer that reads slowly from one that does not read: Node says only when everything was written, which for a slow reader
 * can take minutes.
 */
export class WriteProgress {
  readonly #socket: Socket;
  #waiting = 0;
  #since = -1;

  constructor(socket: Socket) {
    this.#socket = socket;
  }

  /** True while octets wait that the kernel has not taken. */
  get waiting(): boolean {
    return this.#count() > 0;
  }

  /** To be asked now and then: true when octets wait and none went for `patience` milliseconds, as far as the asking shows. */
  stalled(now: number, patience: number): boolean {
    const waiting = this.#count();
    if (waiting === 0) {
      this.#since = -1;
      return false;
    }
    if (this.#since < 0 || waiting !== this.#waiting) {
      this.#waiting = waiting;
      this.#since = now;
      return false;
    }
    return now - this.#since >= patience;
  }

  #count(): number {
    return this.#socket.writableLength + ((this.#socket as Handle)._handle?.writeQueueSize ?? 0);
  }
}
