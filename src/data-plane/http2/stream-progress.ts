import type { ServerHttp2Stream } from "node:http2";
import { Stall } from "../stall.ts";

/**
 * Tells a client that opens the window of a stream slowly from one that does not open it (CVE-2019-9511, CVE-2019-9517). Also finds the
 * streams of sessions that node:http2 neither reads nor writes any more, as happens when a client goes on sending behind its GOAWAY.
 */
export class StreamProgress {
  readonly #stream: ServerHttp2Stream;
  readonly #stall = new Stall();

  constructor(stream: ServerHttp2Stream) {
    this.#stream = stream;
  }

  /**
   * To be asked about once a second: true when octets wait and none went for `patience` milliseconds, as far as the asking shows.
   * @param over the exchange is finished: then the stream should close, and waits as long as it does not
   * @param blocked TCP does not take more at the moment, for whichever stream
   */
  stalled(now: number, patience: number, over: boolean, blocked: boolean): boolean {
    const waiting = this.#stream.bufferSize;
    return this.#stall.look(now, (waiting === 0 && !over) || blocked ? null : waiting, patience);
  }
}
