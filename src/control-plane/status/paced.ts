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
  /** How many at most, on average. */
  readonly perSecond: number;
  /** How many may be done without a pause after there was nothing to do. Default 1. */
  readonly burst?: number;
  /** How many may wait, and as many that are urgent; what comes beyond is dropped and counted. Absent: any number. */
  readonly bound?: number;
}

/**
 * Does things one after another, each key at most once at a time, not more than so many a second: what we write must never be what an API
 * server is busy with. What is urgent comes before all that waits, however much that is.
 */
export class Paced {
  readonly #timers: Timers;
  readonly #gap: number;
  readonly #burst: number;
  readonly #bound: number;
  readonly #backOff: BackOff;
  readonly #urgent = new Map<string, Act>();
  readonly #waiting = new Map<string, Act>();
  readonly #failed = new Map<string, Act>();
  readonly #stop = new AbortController();
  #running: Promise<void> | null = null;
  #again: (() => void) | null = null;
  /** When the next would be done if all were done evenly. */
  #due = 0;
  /** What was not even begun with, since too much waited. */
  dropped = 0;

  constructor({ timers, random, perSecond, burst = 1, bound = Infinity }: PacedOptions) {
    this.#timers = timers;
    this.#gap = SECOND / perSecond;
    this.#burst = burst;
    this.#bound = bound;
    this.#backOff = new BackOff(timers, random);
  }

  get waiting(): number {
    return this.#urgent.size + this.#waiting.size + this.#failed.size;
  }

  /** Has `act` done; in the place of what still waits under this key. What has failed is done again when it would have been, and not before. */
  add(key: string, act: Act, urgent = false): void {
    if (this.#stop.signal.aborted) return;
    if (this.#failed.has(key)) {
      this.#failed.set(key, act);
      return;
    }
    const queue = urgent || this.#urgent.has(key) ? this.#urgent : this.#waiting;
    if (!queue.has(key) && queue.size >= this.#bound) {
      this.dropped += 1;
      return;
    }
    if (urgent) this.#waiting.delete(key);
    queue.set(key, act);
    this.#running ??= this.#run();
  }

  delete(key: string): void {
    this.#urgent.delete(key);
    this.#waiting.delete(key);
    this.#failed.delete(key);
  }

  /** Begins nothing any more and gives up what is under way; resolves when that is over. */
  async close(): Promise<void> {
    this.#stop.abort();
    this.#urgent.clear();
    this.#waiting.clear();
    this.#again?.();
    await this.#running;
  }

  async #run(): Promise<void> {
    while (this.#urgent.size + this.#waiting.size > 0) {
      await this.#turn();
      const next = this.#take();
      if (next === null) continue;
      const [key, act] = next;
      this.#due = Math.max(this.#due, this.#timers.now()) + this.#gap;
      if (!(await act(this.#stop.signal))) this.#putOff(key, act);
    }
    this.#running = null;
  }

  /** Resolves when the next may be done. */
  async #turn(): Promise<void> {
    const early = (this.#burst - 1) * this.#gap;
    const wait = this.#due - early - this.#timers.now();
    if (wait > 0) await pause(this.#timers, wait, this.#stop.signal);
  }

  /** What was deleted meanwhile is not there any more. */
  #take(): [string, Act] | null {
    const queue = this.#urgent.size > 0 ? this.#urgent : this.#waiting;
    const next = queue.entries().next();
    if (next.done) return null;
    queue.delete(next.value[0]);
    return next.value;
  }

  #putOff(key: string, act: Act): void {
    if (this.#stop.signal.aborted || this.#urgent.has(key) || this.#waiting.has(key)) return;
    this.#failed.set(key, act);
    this.#again ??= this.#timers.after(this.#backOff.next(), () => {
      this.#again = null;
      const failed = [...this.#failed];
      this.#failed.clear();
      for (const [one, again] of failed) this.add(one, again);
    });
  }
}
