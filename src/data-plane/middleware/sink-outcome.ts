import { Failed } from "../exchange/failure.ts";

/** How a sink that works by the events of a stream ends: once, well or by a failure, which is told to whoever waits. */
export class SinkOutcome {
  /** Resolves when all is done; rejects with the `Failed`. */
  readonly finished: Promise<void>;
  readonly #settled = Promise.withResolvers<void>();
  readonly #onFailed: () => void;
  #failure: Failed | null = null;

  /** @param onFailed called once, when it has failed */
  constructor(onFailed: () => void) {
    this.#onFailed = onFailed;
    this.finished = this.#settled.promise;
    // Whoever gives up before the end does not ask.
    this.finished.catch(() => {});
  }

  get failure(): Failed | null {
    return this.#failure;
  }

  /** An event of a stream has no caller who would catch. */
  attempt(step: () => void): void {
    try {
      step();
    } catch (error) {
      this.fail(Failed.from(error));
    }
  }

  succeed(): void {
    this.#settled.resolve();
  }

  fail(failure: Failed): void {
    if (this.#failure !== null) return;
    this.#failure = failure;
    this.#settled.reject(failure);
    this.#onFailed();
  }
}
