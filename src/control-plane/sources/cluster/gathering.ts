import type { Timers } from "../../timers.ts";

/** Milliseconds in which changes that come one after another are taken for one. */
const GATHERED = 10;

/** Wakes one reader after changes, once for all that come together. */
export class Gathering {
  readonly #timers: Timers;
  #cancel: (() => void) | null = null;
  #changed = false;
  #wake: (() => void) | null = null;
  #closed = false;

  constructor(timers: Timers) {
    this.#timers = timers;
  }

  touch(): void {
    if (this.#closed) return;
    this.#cancel ??= this.#timers.after(GATHERED, () => {
      this.#cancel = null;
      this.#changed = true;
      this.#wake?.();
    });
  }

  /** Resolves when something changed since it resolved last, or when `signal` aborts. */
  async next(signal: AbortSignal): Promise<void> {
    if (!this.#changed && !signal.aborted) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
        signal.addEventListener("abort", () => resolve(), { once: true });
      });
      this.#wake = null;
    }
    this.#changed = false;
  }

  close(): void {
    this.#closed = true;
    this.#cancel?.();
  }
}
