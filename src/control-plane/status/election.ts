import { ApiError } from "../kubernetes/api-error.ts";
import type { ApiServer } from "../kubernetes/api-server.ts";
import { JustStarted } from "../kubernetes/just-started.ts";
import { orNull, untilNoConflict } from "../kubernetes/write-again.ts";
import { pause, type Timers } from "../timers.ts";
import { Trouble } from "./trouble.ts";
import { freedLease, heldLease, type Lease } from "./lease.ts";

export interface ElectionOptions {
  readonly api: ApiServer;
  readonly namespace: string;
  /** Of the Lease: all who share it elect one of them. */
  readonly name: string;
  /** Who we are: the name of the pod. */
  readonly identity: string;
  /** Milliseconds after which a leader that says nothing is replaced. It says something every quarter of that. */
  readonly ttl: number;
  readonly timers: Timers;
  /** Called when we begin to lead, and when we do no more. */
  readonly onChange: (leads: boolean) => void;
  /** Called when something else goes wrong than before; null when nothing does any more. */
  readonly onProblem: (problem: Error | null) => void;
}

/** What was last seen of somebody else's lease, and since when it has not changed. */
interface Observed {
  readonly version: string;
  readonly since: number;
}

/**
 * Elects one of several by a Lease, as client-go does: who holds it renews it; who sees it unchanged for its whole duration takes it. That is
 * judged by our own monotonic clock and not by the time somebody wrote, so no clock has to be right. A leader that cannot renew steps down
 * before another can take over.
 */
export class Election {
  readonly #options: ElectionOptions;
  readonly #stop = new AbortController();
  #running: Promise<void> | null = null;
  #leads = false;
  #holder: string | null = null;
  #observed: Observed | null = null;
  /** The lease as we wrote it last. */
  #ours: Lease | null = null;
  #renewedAt = 0;
  readonly #trouble: Trouble;
  readonly #justStarted = new JustStarted();

  constructor(options: ElectionOptions) {
    this.#options = options;
    this.#trouble = new Trouble(options.onProblem);
  }

  get leads(): boolean {
    return this.#leads;
  }

  /** Who leads, as far as we know. */
  get holder(): string | null {
    return this.#holder;
  }

  start(): void {
    this.#running ??= this.#run();
  }

  /** Gives the lease back, so that another need not wait for it to run out. Never rejects. */
  async close(): Promise<void> {
    this.#stop.abort();
    await this.#running;
    const led = this.#leads;
    this.#set(false);
    if (led) await this.#timed((signal) => this.#giveBack(signal)).catch(() => undefined);
  }

  /** A renewal that was under way when we stopped may have been written, or be written yet: what is there is read, and again when it changed. */
  async #giveBack(signal: AbortSignal): Promise<void> {
    await untilNoConflict(async () => {
      const lease = await this.#get(signal);
      if (lease?.spec.holderIdentity === this.#options.identity) await this.#put(freedLease(lease, new Date()), signal);
    });
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      try {
        await this.#timed((limited) => this.#attempt(limited));
        this.#justStarted.allowed();
        this.#trouble.tell(null);
      } catch (error) {
        if (signal.aborted) return;
        if (!this.#justStarted.excuses(error))
          this.#trouble.tell(error instanceof Error ? error : new Error(String(error)));
        this.#ours = null;
      }
      const { timers, ttl } = this.#options;
      // Nobody takes the lease before `ttl` has passed since somebody saw our last word.
      if (this.#leads && timers.now() - this.#renewedAt >= ttl / 2) this.#set(false);
      await pause(timers, ttl / 4, signal);
    }
  }

  async #attempt(signal: AbortSignal): Promise<void> {
    const { identity, ttl, timers } = this.#options;
    const asked = timers.now();
    const lease = this.#ours ?? (await this.#get(signal));
    if (lease !== null && !this.#mayTake(lease)) return this.#set(false);
    const wanted = heldLease(lease ?? this.#empty(), identity, Math.ceil(ttl / 1000), new Date());
    try {
      this.#ours = lease === null ? await this.#post(wanted, signal) : await this.#put(wanted, signal);
    } catch (error) {
      this.#ours = null;
      // Somebody else was faster, or has taken it from us.
      if (!(error instanceof ApiError && (error.status === 409 || error.status === 404))) throw error;
      return;
    }
    this.#holder = identity;
    this.#renewedAt = asked;
    this.#set(true);
  }

  #mayTake({ metadata, spec }: Lease): boolean {
    const { identity, timers } = this.#options;
    const holder = spec.holderIdentity ?? "";
    const now = timers.now();
    this.#holder = holder || null;
    if (holder === "" || holder === identity) return true;
    const version = metadata.resourceVersion ?? "";
    if (this.#observed?.version !== version) this.#observed = { version, since: now };
    return now - this.#observed.since >= (spec.leaseDurationSeconds ?? 0) * 1000;
  }

  #set(leads: boolean): void {
    if (leads === this.#leads) return;
    this.#leads = leads;
    if (!leads) this.#ours = null;
    this.#options.onChange(leads);
  }

  /** No request may take so long that we would lead without knowing whether we still do. */
  async #timed<Answer>(act: (signal: AbortSignal) => Promise<Answer>): Promise<Answer> {
    const { timers, ttl } = this.#options;
    const limit = new AbortController();
    const abort = (): void => limit.abort(new Error("the API server did not answer in time about the Lease"));
    const cancel = timers.after(ttl / 6, abort);
    // A renewal under way when we close is let go; giving the lease back is not.
    const stopped = this.#stop.signal.aborted;
    if (!stopped) this.#stop.signal.addEventListener("abort", abort, { once: true });
    try {
      return await act(limit.signal);
    } finally {
      cancel();
      this.#stop.signal.removeEventListener("abort", abort);
    }
  }

  get #collection(): string {
    return `/apis/coordination.k8s.io/v1/namespaces/${this.#options.namespace}/leases`;
  }

  #get(signal: AbortSignal): Promise<Lease | null> {
    return orNull(this.#options.api.request<Lease>("GET", `${this.#collection}/${this.#options.name}`, { signal }));
  }

  #post(body: Lease, signal: AbortSignal): Promise<Lease> {
    return this.#options.api.request<Lease>("POST", this.#collection, { body, signal });
  }

  /** With the resourceVersion it was read with: of two who take it only one succeeds. */
  #put(body: Lease, signal: AbortSignal): Promise<Lease> {
    return this.#options.api.request<Lease>("PUT", `${this.#collection}/${this.#options.name}`, { body, signal });
  }

  #empty(): Lease {
    const { name, namespace } = this.#options;
    return { apiVersion: "coordination.k8s.io/v1", kind: "Lease", metadata: { name, namespace }, spec: {} };
  }
}
