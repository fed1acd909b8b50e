interface Waiter {
  readonly what: string;
  readonly ready: () => boolean;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/** Waits for a state, driven by events: whoever changes the state calls `changed`, whoever ends it calls `over`. No timers. */
export class Waiting {
  readonly #waiters = new Set<Waiter>();
  #over: (() => string) | null = null;

  /** Resolves as soon as `ready` holds; rejects when it does not and no change can come any more. */
  until(what: string, ready: () => boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      const waiter = { what, ready, resolve, reject };
      this.#waiters.add(waiter);
      this.#settle(waiter);
    });
  }

  changed(): void {
    for (const waiter of this.#waiters) this.#settle(waiter);
  }

  /** Nothing changes from here on; `why` goes into the error of whoever still waits. */
  over(why: () => string): void {
    this.#over = why;
    this.changed();
  }

  #settle(waiter: Waiter): void {
    try {
      if (waiter.ready()) waiter.resolve();
      else if (this.#over !== null) waiter.reject(new Error(`waited for ${waiter.what}, but ${this.#over()}`));
      else return;
    } catch (error) {
      waiter.reject(error as Error);
    }
    this.#waiters.delete(waiter);
  }
}
