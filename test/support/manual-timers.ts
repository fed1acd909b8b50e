import type { Timers } from "../../src/control-plane/timers.ts";
import { Waiting } from "./waiting.ts";

interface Due {
  readonly at: number;
  readonly act: () => void;
}

/** Timers of the control plane that stand still until they are told to move. */
export class ManualTimers implements Timers {
  #now = 1_000;
  readonly #due = new Set<Due>();
  readonly #waiting = new Waiting();

  now(): number {
    return this.#now;
  }

  after(milliseconds: number, act: () => void): () => void {
    const due = { at: this.#now + milliseconds, act };
    this.#due.add(due);
    this.#waiting.changed();
    return () => {
      this.#due.delete(due);
      this.#waiting.changed();
    };
  }

  /** How long until each of those that wait, in milliseconds, the next first. */
  get waits(): number[] {
    return [...this.#due].map(({ at }) => at - this.#now).toSorted((a, b) => a - b);
  }

  /** Waits until something holds of what is being waited for. */
  until(what: string, ready: () => boolean): Promise<void> {
    return this.#waiting.until(what, ready);
  }

  /** Time goes by while nothing can be called, as for a process that stands still; what fell due is called by `advance`, late. */
  stall(milliseconds: number): void {
    this.#now += milliseconds;
  }

  /** Moves time forward, calling what falls due on the way in its order. */
  advance(milliseconds: number): void {
    const end = this.#now + milliseconds;
    for (let next = this.#first(); next !== null && next.at <= end; next = this.#first()) {
      this.#due.delete(next);
      this.#now = Math.max(this.#now, next.at);
      next.act();
    }
    this.#now = end;
  }

  #first(): Due | null {
    let first: Due | null = null;
    for (const due of this.#due) if (first === null || due.at < first.at) first = due;
    return first;
  }
}
