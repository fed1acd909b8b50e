import { LeakyCount } from "./leaky-count.ts";

/** What counts against a session, and how much. */
const POINTS = {
  /** The client reset a stream. Browsers do so now and then. */
  reset: 1,
  /** The client made us reset one: a frame that its stream does not allow (CVE-2025-8671), a window that it never opens. */
  provokedReset: 3,
  /** PING or SETTINGS beyond what keep-alive and measuring need (CVE-2019-9512, CVE-2019-9515). */
  control: 1,
  /** A request that no client means to send. */
  malformed: 5,
} as const;

export type Misdeed = keyof typeof POINTS;

/** Points forgotten in a second. */
const FORGOTTEN = 10;
const TOO_MUCH = 150;
const FAR_TOO_MUCH = 200;

/** PINGs and SETTINGS that cost nothing: this many at once, and a tenth of it a second. */
const CONTROL_FRAMES = 50;

/**
 * The score of a session, after HAProxy's "glitches": each misdeed alone is legal or has been dealt with, and many of them in a short time
 * are an attack.
 */
export class Misbehaviour {
  readonly #score = new LeakyCount(FORGOTTEN);
  readonly #control = new LeakyCount(CONTROL_FRAMES / 10);

  /**
   * @param now milliseconds
   * @returns "go" when the client should be told to go, "end" when the session is not worth going on with
   */
  add(misdeed: Misdeed, now: number): "bear" | "go" | "end" {
    if (misdeed === "control" && this.#control.add(1, now) <= CONTROL_FRAMES) return "bear";
    const score = this.#score.add(POINTS[misdeed], now);
    if (score >= FAR_TOO_MUCH) return "end";
    return score >= TOO_MUCH ? "go" : "bear";
  }
}
