import type { Clock } from "./clock.ts";

/** Something that must have happened by a time. */
export interface Expiring {
  /** In the clock's milliseconds; Infinity for none. Setting it is all there is to moving a deadline. */
  deadline: number;
  /** Called once when the deadline has passed; the deadline is Infinity by then. */
  expire(): void;
}

const INTERVAL = 500;

/**
 * All time limits of a data plane on one coarse timer: a timer a request would cost more than the request's parsing.
 * A deadline set by `after(ms)` never fires early, and at most a second late.
 */
export class Deadlines {
  /** The time of the last tick: good enough for limits, and free. */
  now: number;
  readonly #items = new Set<Expiring>();
  readonly #stop: () => void;

  constructor(clock: Clock) {
    this.now = clock.now();
    this.#stop = clock.every(INTERVAL, () => {
      const late = clock.now() - this.now - INTERVAL;
      this.now += INTERVAL + late;
      // We stood still (a stopped process, a long computation): what was set meanwhile was counted from too early a time, and what came
      // in meanwhile is yet to be read.
      if (late > INTERVAL) for (const item of this.#items) item.deadline += late;
      for (const item of this.#items) {
        if (item.deadline > this.now) continue;
        item.deadline = Infinity;
        item.expire();
      }
    });
  }

  /** The deadline that is `milliseconds` from now, never earlier. */
  after(milliseconds: number): number {
    return this.now + milliseconds + INTERVAL;
  }

  add(item: Expiring): void {
    this.#items.add(item);
  }

  delete(item: Expiring): void {
    this.#items.delete(item);
  }

  close(): void {
    this.#stop();
    this.#items.clear();
  }
}
