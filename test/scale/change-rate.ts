import type { Draft } from "../cluster/fake/object.ts";
import { addressesIn, ingressObject, sliceObject } from "./api-objects.ts";
import { hostOf, makeIngress, makeSlice, type Size } from "./made-cluster.ts";
import type { MeasuredCluster } from "./measured-cluster.ts";
import { Probes } from "./probes.ts";

export interface ChangeRates {
  /** A second. */
  readonly routes: number;
  readonly endpoints: number;
}

/** What became of it. */
export interface Changes {
  readonly made: ChangeRates;
  /** How long changes were made. */
  readonly seconds: number;
  /** Milliseconds from when a change was sent until the API server said that it is stored. */
  readonly writes: readonly number[];
  readonly probes: Probes;
}

const TICK = 10;
/** Of so many changes one is followed until it is served. */
const FOLLOWED = { routes: 10, endpoints: 50 } as const;

/**
 * Changes at a steady rate, or as fast as the API server takes them where that is slower: Ingresses whose path / leads to another Service, and
 * EndpointSlices one of whose addresses is another. Of those that are followed all addresses are others, so that each answer tells by which
 * version it was made.
 */
export class ChangeRate {
  readonly #cluster: MeasuredCluster;
  readonly #size: Size;
  readonly #rates: ChangeRates;
  readonly #probes: Probes;
  readonly #versions = new Map<number, number>();
  /** Numbers of what is being changed. */
  readonly #busy = new Set<number>();
  readonly #running = new Set<Promise<void>>();
  readonly #writes: number[] = [];
  #problem: unknown = null;
  readonly #turns = { routes: 0, endpoints: 0 };
  readonly #made = { routes: 0, endpoints: 0 };
  #stopped = false;
  #since = 0;
  #timer: NodeJS.Timeout | undefined;

  /** @param gateway its port for HTTP */
  constructor(cluster: MeasuredCluster, size: Size, gateway: number, rates: ChangeRates) {
    this.#cluster = cluster;
    this.#size = size;
    this.#rates = rates;
    this.#probes = new Probes(gateway);
  }

  start(): void {
    this.#since = performance.now();
    this.#timer = setInterval(() => this.#catchUp(), TICK);
  }

  /** Ends when every change that is followed is served. @throws what the API server refused */
  async stop(): Promise<Changes> {
    clearInterval(this.#timer);
    this.#stopped = true;
    const seconds = (performance.now() - this.#since) / 1000;
    const made = { ...this.#made };
    await Promise.all(this.#running);
    await this.#probes.finish();
    if (this.#problem !== null) throw this.#problem;
    return { made, seconds, writes: this.#writes, probes: this.#probes };
  }

  /** Both in turn, in the proportion that is asked for. */
  #catchUp(): void {
    const seconds = (performance.now() - this.#since) / 1000;
    while (!this.#stopped && this.#running.size < this.#cluster.atOnce) {
      const [routes, endpoints] = [this.#late("routes", seconds), this.#late("endpoints", seconds)];
      if (routes <= 0 && endpoints <= 0) return;
      if (routes >= endpoints) this.#changeRoute(this.#turns.routes++);
      else this.#changeEndpoints(this.#turns.endpoints++);
    }
  }

  /** @returns seconds */
  #late(what: keyof ChangeRates, seconds: number): number {
    const rate = this.#rates[what];
    return rate === 0 ? -Infinity : seconds - this.#turns[what] / rate;
  }

  /** Ingresses of even numbers lead to another Service of their namespace. */
  #changeRoute(number: number): void {
    const { ingresses, certificates } = this.#size;
    const index = this.#pick(number * 2, certificates, ingresses) & ~1;
    if (this.#isBusy(index)) return;
    const version = this.#next(index);
    const to = (index + 100 * version) % ingresses;
    const ingress = makeIngress(index, index < certificates);
    for (const rule of ingress.spec.rules) {
      for (const path of rule?.paths ?? []) {
        if (path?.path === "/")
          Object.assign(path, { backend: { service: { name: `service-${to}`, port: { number: 80 } } } });
      }
    }
    this.#replace(index, "ingresses", ingressObject(ingress), () => {
      this.#made.routes += 1;
      if (number % FOLLOWED.routes !== 0) return;
      const network = this.#networkOf(to);
      this.#probes.follow("route", hostOf(index), (address) => address.startsWith(network));
    });
  }

  /** EndpointSlices of odd numbers, to which paths / of Ingresses of odd numbers lead. */
  #changeEndpoints(number: number): void {
    const { ingresses, certificates, endpoints } = this.#size;
    const each = Math.round(endpoints / ingresses);
    const followed = number % FOLLOWED.endpoints === 0;
    const index = this.#pick(number * 2, followed ? certificates : 0, ingresses) | 1;
    if (this.#isBusy(index)) return;
    // No address of one version is one of the next.
    const shift = each * (1 + (this.#next(index) % 40));
    const slice = makeSlice(index, each, shift, followed);
    this.#replace(index, "endpointslices", sliceObject(slice, this.#cluster.place), () => {
      this.#made.endpoints += 1;
      if (!followed) return;
      const all = new Set(addressesIn(slice, this.#cluster.place.network));
      this.#probes.follow("endpoint", hostOf(index), (address) => all.has(address));
    });
  }

  /** @param stored called as soon as the API server says that it is */
  #replace(index: number, resource: string, draft: Draft, stored: () => void): void {
    this.#busy.add(index);
    const sent = performance.now();
    const end = (): void => {
      this.#busy.delete(index);
      this.#running.delete(running);
      this.#catchUp();
    };
    const running: Promise<void> = this.#cluster
      .replace(resource, draft)
      .then(() => {
        this.#writes.push(performance.now() - sent);
        stored();
      })
      .catch((error: unknown) => {
        this.#problem ??= error;
      })
      .finally(end);
    this.#running.add(running);
  }

  /** It is being changed, or a change of it is being followed. */
  #isBusy(index: number): boolean {
    return this.#busy.has(index) || this.#probes.follows(hostOf(index));
  }

  #next(index: number): number {
    const version = (this.#versions.get(index) ?? 0) + 1;
    this.#versions.set(index, version);
    return version;
  }

  /** One after another, far apart. */
  #pick(number: number, from: number, to: number): number {
    return from + ((number * 7919) % (to - from));
  }

  /** What all addresses of an EndpointSlice begin with. */
  #networkOf(index: number): string {
    return `${this.#cluster.place.network}.${index >> 8}.${index & 255}.`;
  }
}
