import { ApiServer } from "../../../src/control-plane/kubernetes/api-server.ts";
import { ClusterStatus, type Told } from "../../../src/control-plane/status/status.ts";
import { ManualTimers } from "../../support/manual-timers.ts";

/** Milliseconds. */
export const TTL = 30_000;

/** A gateway that would lead: what it does about that, by a clock of its own. */
export class Contender {
  readonly identity: string;
  readonly rate: number;
  /** It runs, and time passes for it. */
  stopped = false;
  /** It was killed, or ended in order. */
  over = false;
  /** When it was last seen leading. */
  ledAt = -Infinity;
  /** What it was told last is served, as a text. */
  heard = "";
  readonly #timers = new ManualTimers();
  readonly #api: ApiServer;
  readonly #status: ClusterStatus;
  #missed = 0;

  /** @param rate milliseconds of its clock in a millisecond */
  constructor(identity: string, url: string, rate: number) {
    this.identity = identity;
    this.rate = rate;
    const shown = { headers: { authorization: `Bearer ${identity}` }, tls: {} };
    this.#api = new ApiServer(
      { server: new URL(url), about: identity, identify: () => Promise.resolve(shown) },
      { timers: this.#timers },
    );
    this.#status = new ClusterStatus({
      api: this.#api,
      timers: this.#timers,
      random: () => 0,
      identity,
      election: { namespace: "default", name: "leader", ttl: TTL },
      addresses: { fixed: null, service: { namespace: "default", name: "front" }, pods: null, internal: false },
      clearAtEnd: null,
      syncEvents: true,
      onProblem: () => undefined,
      onLeads: () => undefined,
    });
    this.#status.start();
  }

  get leads(): boolean {
    return !this.over && this.#status.leads;
  }

  /** @returns whether anything falls due in so many milliseconds */
  isDue(milliseconds: number): boolean {
    return !this.stopped && (this.#timers.waits[0] ?? Infinity) <= milliseconds * this.rate + this.#missed;
  }

  pass(milliseconds: number): void {
    if (this.stopped) {
      this.#missed += milliseconds * this.rate;
      return;
    }
    this.#timers.stall(this.#missed);
    this.#missed = 0;
    this.#timers.advance(milliseconds * this.rate);
  }

  publish(told: Told): void {
    if (this.over || this.stopped) return;
    this.heard = textOf(told);
    this.#status.published(told);
  }

  /** Nothing more is said, not even good-bye. */
  kill(): void {
    this.over = true;
    this.#api.close();
  }

  end(): void {
    this.over = true;
    void this.#status.close();
  }

  async close(): Promise<void> {
    this.kill();
    await this.#status.close();
  }
}

/** Two that say the same are equal. */
export function textOf(told: Told): string {
  return JSON.stringify(told);
}
