import { describeField } from "../resources/field-path.ts";
import type { FieldPath } from "../resources/field-path.ts";
import type { Ingress } from "../resources/ingress.ts";
import { keyOf } from "../resources/resource-key.ts";
import type { Service, ServicePort } from "../resources/service.ts";
import { originOf } from "./place.ts";
import type { Problems } from "./problems.ts";
import { describeReference, findPortTo, findServicePort, type PortReference } from "./service-ports.ts";

/** The port of a Service that a backend means; null for none. A targetPort in its place is served, as in ingress-nginx, and reported. */
export function backendPort(
  { ingress, field }: { readonly ingress: Ingress; readonly field: FieldPath },
  service: Service,
  reference: PortReference,
  problems: Problems,
): ServicePort | null {
  const port = findServicePort(service, reference);
  if (port !== null || service.spec.type === "ExternalName") return port;
  const leading = findPortTo(service, reference);
  if (leading === null) return null;
  problems.add({
    severity: "warning",
    code: "ServicePortByTarget",
    scope: "reference",
    object: originOf(ingress, [...field, "service", "port"]),
    message: `${describeField(field)} names port ${describeReference(reference)} of Service ${keyOf(service)}, which has no such port; its port ${leading.port}, with this targetPort, is taken, as in ingress-nginx`,
    remedy: `Name port ${leading.port}`,
  });
  return leading;
}
