import type { Deadlines, Expiring } from "../deadlines.ts";
import { Failed } from "../exchange/failure.ts";
import type { Carrier, WhenCancellable } from "./endpoint-connections.ts";

interface Waiter extends Expiring {
  readonly settle: (stream: Carrier | null) => void;
}

/** Requests that wait for a stream to be free: first come, first served. */
export class StreamQueue {
  readonly #deadlines: Deadlines;
  readonly #waiters = new Set<Waiter>();

  constructor(deadlines: Deadlines) {
    this.#deadlines = deadlines;
  }

  /**
   * @param until on the clock of the deadlines
   * @returns a stream; null where it is to be looked for anew. Rejects with connect_timeout
   */
  wait(until: number, whenCancellable: WhenCancellable): Promise<Carrier | null> {
    return new Promise((resolve, reject) => {
      const fail = (failure: Failed): void => {
        this.#forget(waiter);
        reject(failure);
      };
      const waiter: Waiter = {
        deadline: until,
        expire: () => fail(new Failed("connect_timeout", "no stream became free, and no further session is allowed")),
        settle: (stream) => {
          this.#forget(waiter);
          resolve(stream);
        },
      };
      this.#waiters.add(waiter);
      this.#deadlines.add(waiter);
      whenCancellable(fail);
    });
  }

  /** Hands out streams as long as there are any, and somebody waits. */
  serve(take: () => Carrier | null): void {
    for (const waiter of this.#waiters) {
      const stream = take();
      if (stream === null) return;
      waiter.settle(stream);
    }
  }

  /** There may be another way now. */
  wake(): void {
    for (const waiter of this.#waiters) waiter.settle(null);
  }

  #forget(waiter: Waiter): void {
    this.#waiters.delete(waiter);
    this.#deadlines.delete(waiter);
  }
}
