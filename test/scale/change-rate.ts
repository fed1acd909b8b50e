import type { FakeApiServer } from "../cluster/fake/fake-api-server.ts";
import { addressesIn, ingressObject, sliceObject } from "./api-objects.ts";
import { hostOf, makeIngress, makeSlice, type Size } from "./made-cluster.ts";
import { Probes } from "./probes.ts";

export interface ChangeRates {
  /** A second. */
  readonly routes: number;
  readonly endpoints: number;
}

const TICK = 10;
/** Of so many changes one is followed until it is served. */
const FOLLOWED = { routes: 10, endpoints: 50 } as const;

/**
 * Changes at a steady rate: Ingresses whose path / leads to another Service, and EndpointSlices one of whose addresses is another. Of those that
 * are followed all addresses are others, so that each answer tells by which version it was made.
 */
export class ChangeRate {
  readonly #api: FakeApiServer;
  readonly #size: Size;
  readonly #port: number;
  readonly #rates: ChangeRates;
  readonly #probes: Probes;
  readonly #versions = new Map<number, number>();
  #made = { routes: 0, endpoints: 0 };
  #since = 0;
  #timer: NodeJS.Timeout | undefined;

  /** @param port of all endpoints @param gateway its port for HTTP */
  constructor(api: FakeApiServer, size: Size, port: number, gateway: number, rates: ChangeRates) {
    this.#api = api;
    this.#size = size;
    this.#port = port;
    this.#rates = rates;
    this.#probes = new Probes(gateway);
  }

  start(): void {
    this.#since = performance.now();
    this.#timer = setInterval(() => this.#catchUp(), TICK);
  }

  /** Ends when every change that is followed is served. */
  async stop(): Promise<{
    readonly made: { readonly routes: number; readonly endpoints: number };
    readonly seconds: number;
    readonly probes: Probes;
  }> {
    clearInterval(this.#timer);
    const seconds = (performance.now() - this.#since) / 1000;
    await this.#probes.finish();
    return { made: this.#made, seconds, probes: this.#probes };
  }

  #catchUp(): void {
    const seconds = (performance.now() - this.#since) / 1000;
    for (; this.#made.routes < seconds * this.#rates.routes; this.#made.routes += 1)
      this.#changeRoute(this.#made.routes);
    for (; this.#made.endpoints < seconds * this.#rates.endpoints; this.#made.endpoints += 1) {
      this.#changeEndpoints(this.#made.endpoints);
    }
  }

  /** Ingresses of even numbers lead to another Service of their namespace. */
  #changeRoute(number: number): void {
    const { ingresses, certificates } = this.#size;
    const index = this.#pick(number * 2, certificates, ingresses) & ~1;
    if (this.#probes.follows(hostOf(index))) return;
    const version = this.#next(index);
    const to = (index + 100 * version) % ingresses;
    const ingress = makeIngress(index, index < certificates);
    for (const rule of ingress.spec.rules) {
      for (const path of rule?.paths ?? []) {
        if (path?.path === "/")
          Object.assign(path, { backend: { service: { name: `service-${to}`, port: { number: 80 } } } });
      }
    }
    this.#api.put("ingresses", ingressObject(ingress));
    if (number % FOLLOWED.routes === 0) {
      const network = networkOf(to);
      this.#probes.follow("route", hostOf(index), (address) => address.startsWith(network));
    }
  }

  /** EndpointSlices of odd numbers, to which paths / of Ingresses of odd numbers lead. */
  #changeEndpoints(number: number): void {
    const { ingresses, certificates, endpoints } = this.#size;
    const each = Math.round(endpoints / ingresses);
    const followed = number % FOLLOWED.endpoints === 0;
    const index = this.#pick(number * 2, followed ? certificates : 0, ingresses) | 1;
    if (this.#probes.follows(hostOf(index))) return;
    // No address of one version is one of the next.
    const shift = each * (1 + (this.#next(index) % 40));
    const slice = makeSlice(index, each, shift, followed);
    this.#api.put("endpointslices", sliceObject(slice, this.#port));
    if (!followed) return;
    const all = new Set(addressesIn(slice));
    this.#probes.follow("endpoint", hostOf(index), (address) => all.has(address));
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
}

/** What all addresses of an EndpointSlice begin with. */
function networkOf(index: number): string {
  return `127.${index >> 8}.${index & 255}.`;
}
