import { BackOff } from "../kubernetes/back-off.ts";
import { pause, type Timers } from "../timers.ts";

/** A second. */
const SECOND = 1000;

/** What is done, unless `signal` aborts; resolves to whether it is, never rejects. What is not is done again after a while. */
export type Act = (signal: AbortSignal) => Promise<boolean>;

export interface PacedOptions {
  readonly timers: Timers;
  /** 0 to 1. */
  readonly random: () => number;
  /** How many at most. */
  readonly perSecond: number;
  /** How many may wait; what comes beyond is dropped and counted. Absent: any number. */
  readonly bound?: number;
}

/**
 * Does things one after another, each key at most once at a time, not more than so many a second: what we write must never be what an API
 * server is busy with.
 */
export class Paced {
  readonly #timers: Timers;
  readonly #gap: number;
  readonly #bound: number;
  readonly #backOff: BackOff;
  readonly #waiting = new Map<string, Act>();
  readonly #failed = new Map<string, Act>();
  readonly #stop = new AbortController();
  #running: Promise<void> | null = null;
  #again: (() => void) | null = null;
  /** What was not even begun with, since too much waited. */
  dropped = 0;

  constructor({ timers, random, perSecond, bound = Infinity }: PacedOptions) {
    this.#timers = timers;
    this.#gap = SECOND / perSecond;
    this.#bound = bound;
    this.#backOff = new BackOff(timers, random);
  }

  get waiting(): number {
    return this.#waiting.size + this.#failed.size;
  }

  /** Has `act` done; in the place of what still waits under this key. */
  add(key: string, act: Act): void {
    if (this.#stop.signal.aborted) return;
    this.#failed.delete(key);
    if (!this.#waiting.has(key) && this.#waiting.size >= this.#bound) {
      this.dropped += 1;
      return;
    }
    this.#waiting.set(key, act);
    this.#running ??= this.#run();
  }

  delete(key: string): void {
    this.#waiting.delete(key);
    this.#failed.delete(key);
  }

  /** Begins nothing any more and gives up what is under way; resolves when that is over. */
  async close(): Promise<void> {
    this.#stop.abort();
    this.#waiting.clear();
    this.#again?.();
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
      if (!(await act(this.#stop.signal))) this.#putOff(key, act);
      if (this.#waiting.size > 0) await pause(this.#timers, this.#gap, this.#stop.signal);
    }
  }

  #putOff(key: string, act: Act): void {
    if (this.#stop.signal.aborted || this.#waiting.has(key)) return;
    this.#failed.set(key, act);
    this.#again ??= this.#timers.after(this.#backOff.next(), () => {
      this.#again = null;
      for (const [failed, again] of this.#failed) this.add(failed, again);
    });
  }
}
