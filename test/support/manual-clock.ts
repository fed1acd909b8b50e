import type { Clock } from "../../src/data-plane/clock.ts";

interface Ticker {
  readonly interval: number;
  readonly tick: () => void;
  due: number;
}

/** A clock that stands still until it is told to move, so that no test waits for a time-out or depends on one. */
export class ManualClock implements Clock {
  #now = 1_000;
  readonly #tickers = new Set<Ticker>();

  now(): number {
    return this.#now;
  }

  every(interval: number, tick: () => void): () => void {
    const ticker = { interval, tick, due: this.#now + interval };
    this.#tickers.add(ticker);
    return () => this.#tickers.delete(ticker);
  }

  /** Moves time forward by `milliseconds`, calling what falls due on the way, in the order it falls due. */
  advance(milliseconds: number): void {
    const end = this.#now + milliseconds;
    for (let next = this.#first(); next !== null && next.due <= end; next = this.#first()) {
      this.#now = next.due;
      next.due += next.interval;
      next.tick();
    }
    this.#now = end;
  }

  #first(): Ticker | null {
    let first: Ticker | null = null;
    for (const ticker of this.#tickers) if (first === null || ticker.due < first.due) first = ticker;
    return first;
  }
}
