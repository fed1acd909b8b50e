import { ApiError, isAway } from "./api-error.ts";

/** How often it may refuse: 18 seconds and more go by until the next. */
const EXCUSED = 4;

/**
 * A server that has just started refuses everybody, until it has read who may do what (RBAC). That is still the outage before it, and nobody
 * has to be told that rights are missing.
 */
export class JustStarted {
  #left = 0;

  /** @param error what failed @returns whether it is a refusal of that kind */
  excuses(error: unknown): boolean {
    if (isAway(error)) this.#left = EXCUSED;
    if (this.#left === 0 || !(error instanceof ApiError && error.status === 403)) return false;
    this.#left -= 1;
    return true;
  }

  /** It lets us do what we asked for: from now on a refusal is one. */
  allowed(): void {
    this.#left = 0;
  }
}
