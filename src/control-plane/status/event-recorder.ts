import { ApiError } from "../kubernetes/api-error.ts";
import type { ApiServer } from "../kubernetes/api-server.ts";
import { orNull } from "../kubernetes/write-again.ts";
import type { Timers } from "../timers.ts";
import { eventName, namespaceOf, newEvent, saidAgain, type Saying } from "./event.ts";
import { Paced } from "./paced.ts";
import { Trouble } from "./trouble.ts";

export interface EventRecorderOptions {
  readonly api: ApiServer;
  readonly timers: Timers;
  /** 0 to 1. */
  readonly random: () => number;
  /** Who says it: "ts-ingress-controller". */
  readonly component: string;
  /** The pod. */
  readonly instance: string;
  readonly onProblem: (problem: Error | null) => void;
}

/** Events a second. */
const WRITES = 10;
/**
 * How many may wait of what holds, and as many of what happened: what thousands of objects have wrong at once nobody reads as Events; `check`
 * and the log have it all.
 */
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
    const { timers, random } = options;
    this.#writes = new Paced({ timers, random, perSecond: WRITES, bound: BOUND });
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
      // Whoever waits for what is wrong must not wait for what happened to thousands of others.
      if (due) this.#say(saying, true);
    }
    // What holds no more need not be said any more either.
    for (const [name, { saying }] of this.#holds) if (!next.has(name)) this.#writes.delete(keyOf(saying));
    this.#holds = next;
    this.#again ??= this.#options.timers.after(AGAIN, () => {
      this.#again = null;
      this.hold([...this.#holds.values()].map((one) => one.saying));
    });
  }

  /** Says something that happened. */
  say(saying: Saying): void {
    this.#say(saying, false);
  }

  async close(): Promise<void> {
    this.#again?.();
    await this.#writes.close();
  }

  #say(saying: Saying, urgent: boolean): void {
    this.#writes.add(keyOf(saying), (signal) => this.#write(saying, signal), urgent);
  }

  /** @returns whether there is no more to do */
  async #write(saying: Saying, signal: AbortSignal): Promise<boolean> {
    const { api, component, instance } = this.#options;
    const path = `/api/v1/namespaces/${namespaceOf(saying)}/events`;
    try {
      await api
        .request("POST", path, { body: newEvent(saying, component, instance, new Date()), signal })
        .catch((error: unknown) => {
          if (error instanceof ApiError && error.status === 409)
            return this.#count(`${path}/${eventName(saying)}`, signal);
          throw error;
        });
      this.#trouble.tell(null);
      return true;
    } catch (error) {
      if (signal.aborted || isOfNoNamespace(error)) return true;
      this.#trouble.tell(new Error(`Events are not written: ${(error as Error).message}`));
      return !mayPass(error);
    }
  }

  /** It was said before, by us or by another. */
  async #count(path: string, signal: AbortSignal): Promise<void> {
    const { api } = this.#options;
    const known = await orNull(api.request<{ readonly count?: number }>("GET", path, { signal }));
    // API servers forget them; then it is to be said anew.
    if (known === null) throw new Error(`${path} is there and is not`);
    await api.request("PATCH", path, {
      body: saidAgain(known.count ?? 1, new Date()),
      contentType: "application/merge-patch+json",
      signal,
    });
  }
}

function keyOf(saying: Saying): string {
  return `${namespaceOf(saying)}/${eventName(saying)}`;
}

/** Its namespace is being deleted, or is gone. */
function isOfNoNamespace(error: unknown): boolean {
  return error instanceof ApiError && (error.status === 404 || error.causes.includes("NamespaceTerminating"));
}

/** Refusals that need not be the same a little later; of all others, rights that are missing, nobody gains by being asked on and on. */
const PASSING: readonly number[] = [401, 409, 429];

function mayPass(error: unknown): boolean {
  return !(error instanceof ApiError) || error.status >= 500 || PASSING.includes(error.status);
}
