import type { Ingress } from "../resources/ingress.ts";
import { keyIn, keyOf } from "../resources/resource-key.ts";
import type { ResourceSet } from "../resources/resources.ts";
import { readHost } from "../translate/hosts.ts";
import { ruleHosts } from "../translate/rule-hosts.ts";

const SERVICE_NAME_LABEL = "kubernetes.io/service-name";

/**
 * Of all resources those that what is said of one Ingress can depend on, with it in the place of its version before: whoever shares a host with
 * it, and what it and they refer to. Translating these alone says the same of it as translating everything, in a fraction of the time.
 */
export function surroundingsOf(ingress: Ingress, all: ResourceSet): ResourceSet {
  const key = keyOf(ingress);
  const hosts = new Set(hostsOf(ingress));
  const ingresses = all.ingresses.filter((one) => keyOf(one) !== key && hostsOf(one).some((host) => hosts.has(host)));
  ingresses.push(ingress);
  const services = new Set(ingresses.flatMap(servicesOf));
  const slice = ({ metadata }: ResourceSet["endpointSlices"][number]): string =>
    keyIn(metadata.namespace, metadata.labels[SERVICE_NAME_LABEL] ?? "");
  return {
    ingresses,
    ingressClasses: all.ingressClasses,
    services: all.services.filter((one) => services.has(keyOf(one))),
    endpointSlices: all.endpointSlices.filter((one) => services.has(slice(one))),
    endpoints: all.endpoints.filter((one) => services.has(keyOf(one))),
    secrets: secretsNear(ingresses, all),
    // TCP and UDP services are of nobody's Ingress.
    configMaps: [],
  };
}

/** Annotations name Secrets too, of any namespace: what any value of one could mean is taken along. */
function secretsNear(ingresses: readonly Ingress[], { secrets }: ResourceSet): ResourceSet["secrets"] {
  const named = new Set(ingresses.flatMap(secretNames));
  return secrets.filter((one) => named.has(keyOf(one)));
}

function secretNames({ metadata, spec }: Ingress): string[] {
  const { namespace, annotations } = metadata;
  const ofTls = spec.tls.map((tls) => keyIn(namespace, tls?.secretName ?? ""));
  const ofAnnotations = Object.values(annotations).map((value) =>
    value.includes("/") ? value : keyIn(namespace, value),
  );
  return [...ofTls, ...ofAnnotations];
}

function servicesOf({ metadata, spec }: Ingress): string[] {
  const backends = [
    spec.defaultBackend,
    ...spec.rules.flatMap((rule) => (rule?.paths ?? []).map((path) => path?.backend)),
  ];
  return backends.flatMap((backend) => (backend?.service ? [keyIn(metadata.namespace, backend.service.name)] : []));
}

/** Hosts of rules, and those it brings a certificate for. */
function hostsOf(ingress: Ingress): readonly string[] {
  const ofTls = ingress.spec.tls.flatMap((tls) => tls?.hosts ?? []).map((host) => readHost(host ?? undefined));
  return [...ruleHosts(ingress), ...ofTls.flatMap((reading) => ("host" in reading ? [reading.host] : []))];
}
