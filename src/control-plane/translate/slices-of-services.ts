import { difference } from "../../snapshot/difference.ts";
import type { EndpointSlice } from "../resources/endpoint-slice.ts";
import { keyIn } from "../resources/resource-key.ts";
import { changedSince, type Lookup } from "./lookup.ts";

/** Of an EndpointSlice: the Service it belongs to. */
const SERVICE_NAME_LABEL = "kubernetes.io/service-name";

type Slices = readonly EndpointSlice[];

/**
 * The EndpointSlices of each Service, by "namespace/name", again and again. Those of a Service keep their identity while none of them changes.
 * A table is good until the next one is made.
 */
export class SlicesOfServices {
  #all: Slices = [];
  readonly #found = new Map<string, Slices>();
  #table: Lookup<Slices | undefined> = this.#found;

  of(all: Slices): Lookup<Slices | undefined> {
    const { gone, come } = difference(this.#all, all);
    this.#all = all;
    const keys = new Set([...gone, ...come].flatMap((slice) => serviceOf(slice) ?? []));
    if (keys.size === 0) return this.#table;
    const left = new Set(gone);
    const added = Map.groupBy(come, serviceOf);
    const found = this.#found;
    for (const service of keys) {
      const kept = (found.get(service) ?? []).filter((slice) => !left.has(slice));
      const now = [...kept, ...(added.get(service) ?? [])];
      if (now.length === 0) found.delete(service);
      else found.set(service, now);
    }
    this.#table = changedSince(this.#table, [...keys], (service) => found.get(service));
    return this.#table;
  }
}

function serviceOf({ metadata }: EndpointSlice): string | null {
  const service = metadata.labels[SERVICE_NAME_LABEL];
  return service === undefined ? null : keyIn(metadata.namespace, service);
}
