import { Remembered, sameElements } from "../remembered.ts";
import type { Endpoints } from "../resources/endpoints.ts";
import type { EndpointSlice } from "../resources/endpoint-slice.ts";
import { keyIn, keyOf } from "../resources/resource-key.ts";
import type { Resource, ResourceSet } from "../resources/resources.ts";
import type { Secret } from "../resources/secret.ts";
import type { Service } from "../resources/service.ts";
import type { Lookup } from "./recalled.ts";

/** Of an EndpointSlice: the Service it belongs to. */
export const SERVICE_NAME_LABEL = "kubernetes.io/service-name";

/** The objects Ingresses refer to, by "namespace/name". Looked up one by one, so that it is known what each Ingress hangs on. */
export type Catalogue = {
  readonly services: Lookup<Service | undefined>;
  readonly secrets: Lookup<Secret | undefined>;
  /** By the Service they belong to. */
  readonly slices: Lookup<readonly EndpointSlice[] | undefined>;
  readonly endpoints: Lookup<Endpoints | undefined>;
};

/** Makes catalogues. A table keeps its identity while no object of its kind changes, the slices of a Service while none of them does. */
export class Catalogues {
  readonly #services = new Remembered<Catalogue["services"]>();
  readonly #secrets = new Remembered<Catalogue["secrets"]>();
  readonly #slices = new Remembered<Map<string, readonly EndpointSlice[]>>();
  readonly #endpoints = new Remembered<Catalogue["endpoints"]>();
  #before: ReadonlyMap<string, readonly EndpointSlice[]> = new Map();

  of({ services, secrets, endpointSlices, endpoints }: ResourceSet): Catalogue {
    this.#before = this.#slices.of([endpointSlices], () => this.#byService(endpointSlices));
    return {
      services: this.#services.of([services], () => byName(services)),
      secrets: this.#secrets.of([secrets], () => byName(secrets)),
      slices: this.#before,
      endpoints: this.#endpoints.of([endpoints], () => byName(endpoints)),
    };
  }

  #byService(slices: readonly EndpointSlice[]): Map<string, readonly EndpointSlice[]> {
    const found = new Map<string, EndpointSlice[] | readonly EndpointSlice[]>();
    for (const slice of slices) {
      const service = slice.metadata.labels[SERVICE_NAME_LABEL];
      if (service === undefined) continue;
      const key = keyIn(slice.metadata.namespace, service);
      const present = found.get(key) as EndpointSlice[] | undefined;
      if (present === undefined) found.set(key, [slice]);
      else present.push(slice);
    }
    for (const [key, now] of found) {
      const before = this.#before.get(key);
      if (before !== undefined && sameElements(before, now)) found.set(key, before);
    }
    return found;
  }
}

/** Of two objects with one name the first stands. */
function byName<Kind extends Resource>(resources: readonly Kind[]): Map<string, Kind> {
  const found = new Map<string, Kind>();
  for (const resource of resources) {
    const key = keyOf(resource);
    if (!found.has(key)) found.set(key, resource);
  }
  return found;
}
