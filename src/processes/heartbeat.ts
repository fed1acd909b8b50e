import type { Clock } from "../data-plane/clock.ts";
import { BEAT } from "./messages.ts";

/** Milliseconds of silence after which an event loop counts as blocked. */
const PATIENCE = 5000;
/** The same, for a worker that begins: it loads the program and compiles all routes at once. */
const FIRST_PATIENCE = 60_000;

/** A worker whose messages are signs of life. */
export interface Beating {
  readonly serving: boolean;
  /** It said something since this was last set to false. */
  heard: boolean;
}

/** Notices workers that are silent for too long. */
export class Heartbeat<Worker extends Beating> {
  readonly #since = new Map<Worker, number>();
  readonly #clock: Clock;
  readonly #stop: () => void;

  /** @param onSilent called once a worker, with the milliseconds of silence */
  constructor(clock: Clock, onSilent: (worker: Worker, silence: number) => void) {
    this.#clock = clock;
    let last = clock.now();
    this.#stop = clock.every(BEAT, () => {
      const now = clock.now();
      // We stood still ourselves: what the workers said meanwhile is yet to be read.
      const still = Math.max(0, now - last - BEAT);
      last = now;
      for (const [worker, before] of this.#since) {
        const since = worker.heard ? now : before + still;
        worker.heard = false;
        this.#since.set(worker, since);
        if (now - since <= (worker.serving ? PATIENCE : FIRST_PATIENCE)) continue;
        this.#since.delete(worker);
        onSilent(worker, now - since);
      }
    });
  }

  watch(worker: Worker): void {
    this.#since.set(worker, this.#clock.now());
  }

  forget(worker: Worker): void {
    this.#since.delete(worker);
  }

  close(): void {
    this.#stop();
    this.#since.clear();
  }
}
