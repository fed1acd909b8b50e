import type { IncomingMessage } from "node:http";
import type { Timers } from "../timers.ts";

/** Ends a stream from which nothing comes any more: nobody may have told us that the other side is gone. */
export class Watchdog {
  readonly #timers: Timers;
  readonly #stream: IncomingMessage;
  #cancel: (() => void) | null = null;

  constructor(timers: Timers, stream: IncomingMessage) {
    this.#timers = timers;
    this.#stream = stream;
  }

  /** Within so many milliseconds the stream must end, or this be called again; else it ends with `error`. */
  expect(milliseconds: number, error: Error): void {
    this.release();
    this.#cancel = this.#timers.after(milliseconds, () => this.#stream.destroy(error));
  }

  release(): void {
    this.#cancel?.();
    this.#cancel = null;
  }
}
