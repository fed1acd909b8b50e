import type { FailureName } from "../../exchange/failure.ts";
import { blamesEndpoint } from "./endpoint-failures.ts";

/** Milliseconds over which requests and retries are weighed against each other. */
const WINDOW = 10_000;

/** Retries a request. */
const SHARE = 0.2;

/** Retries a window that are allowed in any case, three a second: an upstream with few requests may use them too. */
const FLOOR = 30;

/**
 * Bounds what retries add to the load of an upstream that is in trouble. Counts by windows; of the last full one as much counts as a window
 * that ends now still covers of it.
 */
export class RetryBudget {
  readonly #clock: { readonly now: number };
  #start: number;
  #requests = 0;
  #retries = 0;
  #lastRequests = 0;
  #lastRetries = 0;

  /** @param clock `now` in milliseconds; may be coarse */
  constructor(clock: { readonly now: number }) {
    this.#clock = clock;
    this.#start = clock.now;
  }

  /** A request came, whatever becomes of it. */
  request(): void {
    if (this.#clock.now - this.#start >= WINDOW) this.#turn();
    this.#requests += 1;
  }

  /**
   * Takes one retry out of the budget. Free where the endpoint had no part in the failure, since the upstream has no more to do then.
   * @param failure what is to be made good. @returns false when there is none left
   */
  take(failure: FailureName): boolean {
    if (!blamesEndpoint(failure)) return true;
    const { requests, retries } = this.lately;
    if (retries >= Math.max(FLOOR, requests * SHARE)) return false;
    this.#retries += 1;
    return true;
  }

  /** What the last ten seconds had; not whole numbers, being weighted. */
  get lately(): { readonly requests: number; readonly retries: number } {
    const { now } = this.#clock;
    if (now - this.#start >= WINDOW) this.#turn();
    const left = 1 - (now - this.#start) / WINDOW;
    return {
      requests: this.#lastRequests * left + this.#requests,
      retries: this.#lastRetries * left + this.#retries,
    };
  }

  #turn(): void {
    const windows = Math.floor((this.#clock.now - this.#start) / WINDOW);
    this.#lastRequests = windows === 1 ? this.#requests : 0;
    this.#lastRetries = windows === 1 ? this.#retries : 0;
    this.#requests = 0;
    this.#retries = 0;
    this.#start += windows * WINDOW;
  }
}
