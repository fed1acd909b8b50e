import type { Timers } from "../../timers.ts";

/** Milliseconds in which changes that come one after another are taken for one, at least. */
const GATHERED = 10;
/** As long as the reader was busy with the last ones, but no longer than this: while changes keep coming, reading takes half of the time. */
const LONGEST = 100;

/** Wakes one reader after changes, once for all that come together. */
export class Gathering {
  #gathered = GATHERED;
  /** When the reader was woken last. */
  #woken: number | null = null;
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
    this.#cancel ??= this.#timers.after(this.#gathered, () => {
      this.#cancel = null;
      this.#changed = true;
      this.#wake?.();
    });
  }

  /** Resolves when something changed since it resolved last, or when `signal` aborts. */
  async next(signal: AbortSignal): Promise<void> {
    if (this.#woken !== null) this.#gathered = Math.min(LONGEST, Math.max(GATHERED, this.#timers.now() - this.#woken));
    if (!this.#changed && !signal.aborted) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
        signal.addEventListener("abort", () => resolve(), { once: true });
      });
      this.#wake = null;
    }
    this.#changed = false;
    this.#woken = this.#timers.now();
  }

  close(): void {
    this.#closed = true;
    this.#cancel?.();
  }
}
