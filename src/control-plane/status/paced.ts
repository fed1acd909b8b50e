import { pause, type Timers } from "../timers.ts";

/** A second. */
const SECOND = 1000;

/**
 * Does things one after another, each key at most once at a time, not more than so many a second: what we write must never be what an API
 * server is busy with.
 */
export class Paced {
  readonly #timers: Timers;
  readonly #gap: number;
  readonly #bound: number;
  readonly #waiting = new Map<string, () => Promise<void>>();
  readonly #stop = new AbortController();
  #running: Promise<void> | null = null;
  /** What was not even begun with, since too much waited. */
  dropped = 0;

  /** @param perSecond how many at most @param bound how many may wait; what comes beyond is dropped and counted */
  constructor(timers: Timers, perSecond: number, bound = Infinity) {
    this.#timers = timers;
    this.#gap = SECOND / perSecond;
    this.#bound = bound;
  }

  get waiting(): number {
    return this.#waiting.size;
  }

  /** Has `act` done; in the place of what still waits under this key. `act` must not reject. */
  add(key: string, act: () => Promise<void>): void {
    if (this.#stop.signal.aborted) return;
    if (!this.#waiting.has(key) && this.#waiting.size >= this.#bound) {
      this.dropped += 1;
      return;
    }
    this.#waiting.set(key, act);
    this.#running ??= this.#run();
  }

  delete(key: string): void {
    this.#waiting.delete(key);
  }

  clear(): void {
    this.#waiting.clear();
  }

  /** Begins nothing any more; resolves when what is under way is over. */
  async close(): Promise<void> {
    this.#stop.abort();
    this.#waiting.clear();
    await this.#running;
  }

  async #run(): Promise<void> {
    for (;;) {
      const next = this.#waiting.entries().next();
      if (next.done) {
        this.#running = null;
        return;
      }
      const [key, act] = next.value;
      this.#waiting.delete(key);
      await act();
      if (this.#waiting.size > 0) await pause(this.#timers, this.#gap, this.#stop.signal);
    }
  }
}
