import { ApiError } from "../kubernetes/api-error.ts";
import type { ApiServer } from "../kubernetes/api-server.ts";
import type { Timers } from "../timers.ts";
import { eventName, namespaceOf, newEvent, saidAgain, type Saying } from "./event.ts";
import { Paced } from "./paced.ts";
import { Trouble } from "./trouble.ts";

export interface EventRecorderOptions {
  readonly api: ApiServer;
  readonly timers: Timers;
  /** Who says it: "ts-ingress-controller". */
  readonly component: string;
  /** The pod. */
  readonly instance: string;
  readonly onProblem: (problem: Error | null) => void;
}

/** Events a second. */
const WRITES = 10;
/** How many may wait: what thousands of objects have wrong at once nobody reads as Events; `check` and the log have it all. */
const BOUND = 1000;
/** API servers forget Events after an hour (`--event-ttl`); what still holds is said again before. */
const AGAIN = 50 * 60_000;

/** Says things of objects as Events, each once for as long as it holds. */
export class EventRecorder {
  readonly #options: EventRecorderOptions;
  readonly #writes: Paced;
  /** What holds now by the name of its Event, and when it was said. */
  #holds = new Map<string, { readonly saying: Saying; readonly at: number }>();
  #again: (() => void) | null = null;
  readonly #trouble: Trouble;

  constructor(options: EventRecorderOptions) {
    this.#options = options;
    this.#trouble = new Trouble(options.onProblem);
    this.#writes = new Paced(options.timers, WRITES, BOUND);
  }

  /** Events that were not written since too many waited. */
  get dropped(): number {
    return this.#writes.dropped;
  }

  /** What holds from now on: what is new of it is said, what still holds again after a while. */
  hold(sayings: readonly Saying[]): void {
    const now = this.#options.timers.now();
    const next = new Map<string, { readonly saying: Saying; readonly at: number }>();
    for (const saying of sayings) {
      const name = eventName(saying);
      const known = this.#holds.get(name);
      const due = known === undefined || now - known.at >= AGAIN;
      next.set(name, due ? { saying, at: now } : known);
      if (due) this.say(saying);
    }
    this.#holds = next;
    this.#again ??= this.#options.timers.after(AGAIN, () => {
      this.#again = null;
      this.hold([...this.#holds.values()].map((one) => one.saying));
    });
  }

  /** Says something that happened. */
  say(saying: Saying): void {
    this.#writes.add(`${namespaceOf(saying)}/${eventName(saying)}`, () => this.#write(saying));
  }

  async close(): Promise<void> {
    this.#again?.();
    await this.#writes.close();
  }

  async #write(saying: Saying): Promise<void> {
    const { api, component, instance } = this.#options;
    const path = `/api/v1/namespaces/${namespaceOf(saying)}/events`;
    try {
      await api
        .request("POST", path, { body: newEvent(saying, component, instance, new Date()) })
        .catch((error: unknown) => {
          if (error instanceof ApiError && error.status === 409) return this.#count(`${path}/${eventName(saying)}`);
          throw error;
        });
      this.#trouble.tell(null);
    } catch (error) {
      // Its namespace is being deleted, or is gone.
      if (error instanceof ApiError && (error.status === 404 || error.causes.includes("NamespaceTerminating"))) return;
      this.#trouble.tell(new Error(`Events are not written: ${(error as Error).message}`));
    }
  }

  /** It was said before, by us or by another. */
  async #count(path: string): Promise<void> {
    const { api } = this.#options;
    const { count = 1 } = await api.request<{ count?: number }>("GET", path);
    await api.request("PATCH", path, {
      body: saidAgain(count, new Date()),
      contentType: "application/merge-patch+json",
    });
  }
}
