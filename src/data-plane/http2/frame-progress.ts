import type { ServerHttp2Session } from "node:http2";
import type { Socket } from "node:net";

/**
 * Asks a client by PING whether its session still works. Finds those that node:http2 says nothing of: the client that sends a frame, or the
 * frames of a field block, octet by octet, for nothing else can come in the middle of one (RFC 9113 §6.10); the session that nghttp2 has
 * given up while a stream is open, and reads no more; and the client that is gone without a word.
 */
export class FrameProgress {
  readonly #session: ServerHttp2Session;
  readonly #socket: Socket;
  #octets = 0;
  #cameAt = -1;
  /** What the client's frames move, that octets alone do not. */
  #received = 0;
  #granted = 0;
  /** When the PING that is not answered yet was sent; -1 while there is none. */
  #asked = -1;
  #contentUntil = 0;

  constructor(session: ServerHttp2Session, socket: Socket) {
    this.#session = session;
    this.#socket = socket;
  }

  /**
   * To be asked about once a second while a stream is open: true when octets have come for `patience` milliseconds and no frame of them, or
   * nothing at all for twice `silence`.
   */
  stuck(now: number, patience: number, silence: number): boolean {
    const octets = this.#socket.bytesRead;
    const came = octets !== this.#octets || this.#cameAt < 0;
    if (came) this.#cameAt = now;
    this.#octets = octets;
    if (this.#session.closed) return false;
    if (this.#asked < 0) {
      if (came ? now >= this.#contentUntil : now - this.#cameAt >= silence) this.#ask(now, patience);
      return false;
    }
    // A slow client may have much to read before it comes to our PING, or to send before its answer: then the windows move.
    if (this.#moved()) this.#asked = now;
    return now - this.#asked >= (came ? patience : silence);
  }

  #ask(now: number, patience: number): void {
    this.#moved();
    this.#asked = now;
    this.#session.ping(() => {
      this.#contentUntil = this.#asked + patience;
      this.#asked = -1;
    });
  }

  #moved(): boolean {
    const { effectiveRecvDataLength = 0, remoteWindowSize = 0 } = this.#session.state;
    const same = effectiveRecvDataLength === this.#received && remoteWindowSize === this.#granted;
    this.#received = effectiveRecvDataLength;
    this.#granted = remoteWindowSize;
    return !same;
  }
}
