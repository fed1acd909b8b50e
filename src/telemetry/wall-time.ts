import { performance } from "node:perf_hooks";

/** Milliseconds by which the two clocks may part before the wall clock is believed anew: it tells whole milliseconds only. */
const APART = 5;
/** Milliseconds of the monotonic clock between two looks. */
const INTERVAL = 1000;

/**
 * What the wall clock says of moments of the monotonic clock, which records are measured with. The two part when the wall clock is set, as
 * after a machine slept: `performance.timeOrigin` is where they met at the start.
 */
export class WallTime {
  readonly #monotonic: () => number;
  readonly #wall: () => number;
  #origin: number;
  #looked: number;

  constructor(monotonic: () => number, wall: () => number, origin: number) {
    this.#monotonic = monotonic;
    this.#wall = wall;
    this.#origin = origin;
    this.#looked = -Infinity;
  }

  /** @param moment of the monotonic clock, in the past @returns milliseconds since 1970, as the wall clock is now */
  of(moment: number): number {
    const now = this.#monotonic();
    if (now - this.#looked >= INTERVAL) {
      this.#looked = now;
      const origin = this.#wall() - now;
      if (Math.abs(origin - this.#origin) > APART) this.#origin = origin;
    }
    return this.#origin + moment;
  }
}

const ours = new WallTime(
  () => performance.now(),
  () => Date.now(),
  performance.timeOrigin,
);

/** Milliseconds since 1970 of a moment of `performance.now()`. */
export function wallTime(moment: number): number {
  return ours.of(moment);
}
