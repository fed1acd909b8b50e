/** Milliseconds between two looks, how late one has to be, and for how long that is remembered. */
const INTERVAL = 50;
const LATE = 100;
const REMEMBERED = 3_000;

/** Notices when this machine has no processor time for this process, and so perhaps none for others. */
export class BusyMachine {
  readonly #timer: NodeJS.Timeout;
  #last = performance.now();
  #lateAt = -Infinity;

  constructor() {
    this.#timer = setInterval(() => {
      const now = performance.now();
      if (now - this.#last - INTERVAL > LATE) this.#lateAt = now;
      this.#last = now;
    }, INTERVAL);
  }

  /** Whether that was so a moment ago. */
  get wasBusy(): boolean {
    return performance.now() - this.#lateAt < REMEMBERED;
  }

  close(): void {
    clearInterval(this.#timer);
  }
}
