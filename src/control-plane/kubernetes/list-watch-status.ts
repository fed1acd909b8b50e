/** How the following of one kind goes; all that log, metrics and readiness want to know of it. */
export interface ListWatchStatus {
  /** "ingresses", or "secrets shop/users" for one object. */
  readonly name: string;
  readonly phase: "listing" | "watching" | "waiting" | "closed";
  /** Everything was listed once; from then on there is always something to serve by. */
  readonly synced: boolean;
  readonly objects: number;
  /** What is wrong now; null while all is well. */
  readonly problem: ListWatchProblem | null;
  /** Since the start: complete lists, watches begun, events taken, failures of any kind. */
  readonly lists: number;
  readonly watches: number;
  readonly events: number;
  readonly failures: number;
}

export interface ListWatchProblem {
  /**
   * - `refused`: 401 or 403; the last good objects stay
   * - `absent`: 404, the API server has no such kind
   * - `suspicious`: a new list lacks most of what was there, and is not believed yet
   * - `unavailable`: anything else
   */
  readonly kind: "refused" | "absent" | "suspicious" | "unavailable";
  readonly message: string;
}
