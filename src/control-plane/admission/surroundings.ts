import type { Ingress } from "../resources/ingress.ts";
import { haveOneName, keyIn, keyOf } from "../resources/resource-key.ts";
import type { ResourceSet } from "../resources/resources.ts";
import { Catalogues } from "../translate/catalogue.ts";
import type { TranslateOptions } from "../translate/options.ts";
import { referencedSecrets } from "../translate/referenced-secrets.ts";
import { hostsOf, IngressesByHost } from "./ingresses-by-host.ts";

/** Finds what hangs together in a cluster, of which little changes from one question to the next. */
export class Surroundings {
  readonly #ingresses = new IngressesByHost();
  readonly #catalogues = new Catalogues();

  /**
   * Of all resources those that what is said of one Ingress can depend on, with it in the place of its version before: whoever shares a host with
   * it, and what it and they refer to. Translating these alone says the same of it as translating everything, in a fraction of the time.
   */
  of(ingress: Ingress, all: ResourceSet, options: TranslateOptions): ResourceSet {
    this.#ingresses.follow(all.ingresses);
    const catalogue = this.#catalogues.of(all);
    const beside = [...this.#ingresses.on(hostsOf(ingress))].filter((one) => !haveOneName(one, ingress));
    const ingresses = [...beside, ingress];
    const services = [...new Set(ingresses.flatMap(servicesOf))];
    const secrets = [...referencedSecrets({ ingresses, ingressClasses: all.ingressClasses }, options)];
    return {
      ingresses,
      ingressClasses: all.ingressClasses,
      services: services.flatMap((key) => catalogue.services.get(key) ?? []),
      endpointSlices: services.flatMap((key) => catalogue.slices.get(key) ?? []),
      endpoints: services.flatMap((key) => catalogue.endpoints.get(key) ?? []),
      secrets: secrets.flatMap((key) => catalogue.secrets.get(key) ?? []),
      // TCP and UDP services are of nobody's Ingress; the settings are of everybody's.
      configMaps: all.configMaps.filter((one) => keyOf(one) === options.configMap),
    };
  }
}

function servicesOf({ metadata, spec }: Ingress): string[] {
  const backends = [
    spec.defaultBackend,
    ...spec.rules.flatMap((rule) => (rule?.paths ?? []).map((path) => path?.backend)),
  ];
  return backends.flatMap((backend) => (backend?.service ? [keyIn(metadata.namespace, backend.service.name)] : []));
}
