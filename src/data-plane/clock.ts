import { performance } from "node:perf_hooks";
/** Time as the data plane sees it, so that tests can move it. */
export interface Clock {
  /** Milliseconds, monotonic, of no particular origin. */
  now(): number;
  /** Calls `tick` about every `interval` milliseconds until the returned function is called. */
  every(interval: number, tick: () => void): () => void;
}

export const systemClock: Clock = {
  now: () => performance.now(),
  every(interval, tick) {
    const timer = setInterval(tick, interval);
    timer.unref();
    return () => clearInterval(timer);
  },
};
