import { changedPlaces } from "../../snapshot/changed-places.ts";
import { sameElements } from "../remembered.ts";
import type { EndpointSlice } from "../resources/endpoint-slice.ts";
import { keyIn } from "../resources/resource-key.ts";
import type { Lookup } from "./lookup.ts";

/** Of an EndpointSlice: the Service it belongs to. */
const SERVICE_NAME_LABEL = "kubernetes.io/service-name";

type Slices = readonly EndpointSlice[];

/**
 * The EndpointSlices of each Service, by "namespace/name", again and again. Those of a Service keep their identity while none of them changes.
 * A table is good until the next one is made.
 */
export class SlicesOfServices {
  #all: Slices = [];
  #found = new Map<string, Slices>();
  #table: Lookup<Slices | undefined> = this.#found;
  /** Where those of a Service are among all. */
  #places: ReadonlyMap<string, readonly number[]> = new Map();

  of(all: Slices): Lookup<Slices | undefined> {
    if (all === this.#all) return this.#table;
    const changed = changedPlaces(this.#all, all, (a, b) => serviceOf(a) === serviceOf(b));
    if (changed === null) this.#findAll(all);
    else this.#replace(changed, all);
    this.#all = all;
    return this.#table;
  }

  #findAll(all: Slices): void {
    const places = new Map<string, number[]>();
    for (const [place, slice] of all.entries()) {
      const service = serviceOf(slice);
      if (service === null) continue;
      const present = places.get(service);
      if (present === undefined) places.set(service, [place]);
      else present.push(place);
    }
    this.#places = places;
    const found = new Map<string, Slices>();
    for (const service of places.keys()) {
      const before = this.#found.get(service);
      const now = this.#slicesOf(service, all);
      found.set(service, before !== undefined && sameElements(before, now) ? before : now);
    }
    this.#found = found;
    this.#table = found;
  }

  #replace(changed: readonly number[], all: Slices): void {
    const keys = new Set<string>();
    for (const place of changed) {
      const service = serviceOf(all[place] as EndpointSlice);
      if (service !== null) keys.add(service);
    }
    for (const service of keys) this.#found.set(service, this.#slicesOf(service, all));
    const found = this.#found;
    this.#table = { get: (service) => found.get(service), changes: { since: this.#table, keys: [...keys] } };
  }

  #slicesOf(service: string, all: Slices): Slices {
    return (this.#places.get(service) ?? []).map((place) => all[place] as EndpointSlice);
  }
}

function serviceOf({ metadata }: EndpointSlice): string | null {
  const service = metadata.labels[SERVICE_NAME_LABEL];
  return service === undefined ? null : keyIn(metadata.namespace, service);
}
