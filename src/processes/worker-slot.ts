import type { Clock } from "../data-plane/clock.ts";
import type { DrainTimes } from "../data-plane/drain.ts";
import type { RoutingSnapshot } from "../snapshot/snapshot.ts";
import { BackOff } from "./back-off.ts";
import type { BoundHandle } from "./share-port.ts";
import { Heartbeat } from "./heartbeat.ts";
import type { WorkerProcess } from "./worker-process.ts";

export interface SlotOptions {
  /** From 1. */
  readonly number: number;
  readonly clock: Clock;
  readonly launch: () => WorkerProcess;
  /** Runs one replacement after the other, over all places. */
  readonly inTurn: (replace: () => Promise<void>) => Promise<void>;
  /** How a worker is sent away whose replacement is there. */
  readonly retirement: DrainTimes;
  readonly onProblem: (message: string) => void;
}

/** One of the places for workers, always taken: who ends without being asked to is replaced. */
export class WorkerSlot {
  readonly #options: SlotOptions;
  readonly #backOff = new BackOff();
  /** Each since when, on the clock. */
  readonly #living = new Map<WorkerProcess, number>();
  readonly #heartbeats: Heartbeat<WorkerProcess>;
  #current: WorkerProcess | null = null;
  /** The current one, if another is to take its place. */
  #unwell: WorkerProcess | null = null;
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;

  constructor(options: SlotOptions) {
    this.#options = options;
    this.#heartbeats = new Heartbeat(options.clock, (worker, silence) => {
      options.onProblem(`${this.#name(worker)} has not been heard of for ${Math.round(silence / 1000)} s: it is ended`);
      worker.kill();
    });
  }

  get number(): number {
    return this.#options.number;
  }

  /** The one that accepts connections, or is about to. */
  get current(): WorkerProcess | null {
    return this.#current;
  }

  /** The current one, and those that still serve what they began. */
  get living(): readonly WorkerProcess[] {
    return [...this.#living.keys()];
  }

  /** Starts the first worker. Rejects when it cannot begin; it is not tried again then. */
  async start(): Promise<void> {
    const worker = this.#launch();
    try {
      await worker.started;
    } catch (error) {
      this.#stopped = true;
      throw error;
    }
    if (!this.#stopped) this.#take(worker);
  }

  send(snapshot: RoutingSnapshot): void {
    for (const worker of this.living) worker.send(snapshot);
  }

  useTicketKeys(keys: Uint8Array): void {
    for (const worker of this.living) worker.useTicketKeys(keys);
  }

  /** Hands the socket of a TCP or UDP service to whoever accepts connections here, now or soon. */
  hand(stream: string, handle: BoundHandle): void {
    for (const worker of this.living) worker.hand(stream, handle);
  }

  /** Starts another worker beside the current one, and when it serves sends the old one away. Rejects when the new one cannot begin: the old one stays. */
  async replace(): Promise<void> {
    const worker = this.#launch();
    await worker.started;
    if (this.#stopped) return;
    const old = this.#current;
    this.#take(worker);
    old?.drain(this.#options.retirement);
  }

  /** A worker says that it should not serve for long: another takes its place, sooner or later as its predecessors fared. */
  unwell(worker: WorkerProcess, why: string): void {
    if (this.#stopped || worker !== this.#current || worker === this.#unwell) return;
    this.#unwell = worker;
    const lived = this.#options.clock.now() - (this.#living.get(worker) ?? 0);
    const what = `${this.#name(worker)} should not serve on (${why}): another one takes its place`;
    this.#anew(what, lived, () => void this.#options.inTurn(() => this.#replaceUnwell(worker)));
  }

  /** Has all workers of this place drain. Resolves when they are gone. */
  async drain(times: DrainTimes): Promise<void> {
    this.#stop();
    const workers = this.living;
    for (const worker of workers) worker.drain(times);
    await Promise.all(workers.map((worker) => worker.ended));
  }

  /** Ends all at once. Resolves when they are gone. */
  async close(): Promise<void> {
    this.#stop();
    const workers = this.living;
    for (const worker of workers) worker.kill();
    await Promise.all(workers.map((worker) => worker.ended));
    this.#heartbeats.close();
  }

  #stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  #launch(): WorkerProcess {
    const worker = this.#options.launch();
    const since = this.#options.clock.now();
    this.#living.set(worker, since);
    this.#heartbeats.watch(worker);
    void worker.ended.then((reason) => {
      this.#living.delete(worker);
      this.#heartbeats.forget(worker);
      if (worker === this.#current) this.#lost(worker, reason, this.#options.clock.now() - since);
    });
    return worker;
  }

  #take(worker: WorkerProcess): void {
    clearTimeout(this.#timer);
    this.#current = worker;
    // Its end may have come meanwhile.
    if (!this.#living.has(worker)) this.#lost(worker, "it ended at once", 0);
  }

  #lost(worker: WorkerProcess, reason: string, lived: number): void {
    if (this.#stopped) return;
    this.#current = null;
    // Current before it serves, so that its end is noticed.
    this.#anew(`${this.#name(worker)} ended (${reason}): another one is started`, lived, () => {
      this.#current = this.#launch();
    });
  }

  async #replaceUnwell(worker: WorkerProcess): Promise<void> {
    if (this.#stopped || worker !== this.#current) return;
    try {
      await this.replace();
    } catch (error) {
      this.#unwell = null;
      this.unwell(worker, (error as Error).message);
    }
  }

  /** Begins with another worker, sooner or later as those before it fared. */
  #anew(what: string, lived: number, begin: () => void): void {
    const wait = this.#backOff.next(lived);
    this.#options.onProblem(`${what} ${wait === 0 ? "now" : `in ${wait / 1000} s`}`);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(begin, wait);
  }

  #name(worker: WorkerProcess): string {
    return `worker ${this.#options.number} (process ${worker.pid ?? "not started"})`;
  }
}
