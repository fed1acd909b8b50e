import type { Endpoints } from "../resources/endpoints.ts";
import type { EndpointSlice } from "../resources/endpoint-slice.ts";
import type { ResourceSet } from "../resources/resources.ts";
import type { Secret } from "../resources/secret.ts";
import type { Service } from "../resources/service.ts";
import { ByName } from "./by-name.ts";
import type { Lookup } from "./lookup.ts";
import { SlicesOfServices } from "./slices-of-services.ts";

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
  readonly #services = new ByName<Service>();
  readonly #secrets = new ByName<Secret>();
  readonly #slices = new SlicesOfServices();
  readonly #endpoints = new ByName<Endpoints>();

  of({ services, secrets, endpointSlices, endpoints }: ResourceSet): Catalogue {
    return {
      services: this.#services.of(services),
      secrets: this.#secrets.of(secrets),
      slices: this.#slices.of(endpointSlices),
      endpoints: this.#endpoints.of(endpoints),
    };
  }
}
