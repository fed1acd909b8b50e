/** Milliseconds after which a change is acted upon even when more keep coming. */
const LONGEST = 1000;

/** Calls `act` once a burst of changes is over: after `quiet` milliseconds without a `touch`, at most a second after the first. */
export class Quiet {
  readonly #quiet: number;
  readonly #act: () => void;
  #timer: NodeJS.Timeout | undefined;
  #since: number | null = null;

  constructor(quiet: number, act: () => void) {
    this.#quiet = quiet;
    this.#act = act;
  }

  touch(): void {
    const now = performance.now();
    this.#since ??= now;
    const rest = Math.max(0, this.#since + LONGEST - now);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(
      () => {
        this.#since = null;
        this.#act();
      },
      Math.min(this.#quiet, rest),
    );
  }

  close(): void {
    clearTimeout(this.#timer);
  }
}
