// Passive health: which endpoints of an upstream are left alone for a while, learnt from the requests they serve.
// In: the endpoints a snapshot lists, and what became of each request. Out: the endpoints to choose from, and when one is to be probed.
// Never: a request of our own, a judgement on an HTTP status, a connection.
import type { FailureName } from "../../exchange/failure.ts";
import { type HealthChange, mayEject } from "./ejection.ts";
import type { EndpointHealth, HealthWatch } from "./endpoint-health.ts";

/** What has health. */
interface Judged {
  readonly health: EndpointHealth;
}

export class UpstreamHealth<E extends Judged> implements HealthWatch {
  /** How many endpoints are ejected. While there is none, a request needs nothing else from here. */
  ejectedCount = 0;
  /** Those to choose from; all where all are ejected, since any chance is better than none. */
  usable: readonly E[] = [];
  readonly #upstream: string;
  readonly #clock: { readonly now: number };
  readonly #onChange: (change: HealthChange) => void;
  #all: readonly E[] = [];
  #ejected: readonly E[] = [];
  #nextProbe = Infinity;

  /** @param onChange must not throw */
  constructor(upstream: string, clock: { readonly now: number }, onChange: (change: HealthChange) => void) {
    this.#upstream = upstream;
    this.#clock = clock;
    this.#onChange = onChange;
  }

  get now(): number {
    return this.#clock.now;
  }

  get mayEject(): boolean {
    return mayEject(this.ejectedCount, this.#all.length);
  }

  /** The upstream has these endpoints from now on. */
  replace(endpoints: readonly E[]): void {
    this.#all = endpoints;
    this.#sort();
  }

  /** An ejected endpoint whose time is up: the request of the caller, and no other, is to try it. Null where there is none. */
  toProbe(): E | null {
    const { now } = this;
    if (now < this.#nextProbe) return null;
    const due = this.#ejected.find(({ health }) => now >= health.tryAt) ?? null;
    due?.health.probe();
    this.#schedule();
    return due;
  }

  ejected(health: EndpointHealth, failure: FailureName, time: number): void {
    this.#sort();
    const { name: endpoint, failures } = health;
    this.#onChange({ kind: "ejected", upstream: this.#upstream, endpoint, failures, failure, time });
  }

  returned({ name: endpoint }: EndpointHealth): void {
    this.#sort();
    this.#onChange({ kind: "returned", upstream: this.#upstream, endpoint });
  }

  #sort(): void {
    this.#ejected = this.#all.filter(({ health }) => health.ejected);
    this.ejectedCount = this.#ejected.length;
    const others = this.ejectedCount === 0 ? this.#all : this.#all.filter(({ health }) => !health.ejected);
    this.usable = others.length === 0 ? this.#all : others;
    this.#schedule();
  }

  #schedule(): void {
    this.#nextProbe = this.#ejected.reduce((earliest, { health }) => Math.min(earliest, health.tryAt), Infinity);
  }
}
