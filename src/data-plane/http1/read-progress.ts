import { MINIMUM_BODY_RATE } from "../limits.ts";

/** Watches that a request body goes on coming: not idle for too long, and not at a trickle. */
export class ReadProgress {
  #asked = -1;
  /** Milliseconds in which we were ready to take more; a pause that the upstream made is not the client's. */
  #ready = 0;
  #idle = 0;
  #received = 0;

  /**
   * To be asked about once a second, only while we are ready to take more.
   * @returns what is wrong, or null
   */
  problem(now: number, received: number, idle: number): string | null {
    const step = this.#asked < 0 ? 0 : Math.min(now - this.#asked, LONGEST_STEP);
    this.#asked = now;
    this.#ready += step;
    this.#idle = received === this.#received ? this.#idle + step : 0;
    this.#received = received;
    if (this.#idle >= idle) return `nothing of the body received for ${idle} ms`;
    const least = ((this.#ready - MINIMUM_BODY_RATE.grace) / 1000) * MINIMUM_BODY_RATE.bytesPerSecond;
    return received < least ? `the body comes at less than ${MINIMUM_BODY_RATE.bytesPerSecond} bytes a second` : null;
  }
}

/** Asked about once a second; a longer gap was a pause. */
const LONGEST_STEP = 2000;
