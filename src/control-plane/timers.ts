/** Time as the control plane sees it, so that tests can move it. The time of day plays no part: a clock that is set changes nothing here. */
export interface Timers {
  /** Milliseconds, monotonic, of no particular origin. */
  now(): number;
  /** Calls `act` once, `milliseconds` from now, unless the returned function is called before. */
  after(milliseconds: number, act: () => void): () => void;
}

export const systemTimers: Timers = {
  now: () => performance.now(),
  after(milliseconds, act) {
    const timer = setTimeout(act, milliseconds);
    return () => clearTimeout(timer);
  },
};

/** Resolves after so many milliseconds, or as soon as `signal` aborts. */
export function pause(timers: Timers, milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const end = (): void => {
      cancel();
      signal.removeEventListener("abort", end);
      resolve();
    };
    const cancel = timers.after(milliseconds, end);
    signal.addEventListener("abort", end, { once: true });
  });
}
