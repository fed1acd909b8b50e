import type { MiddlewareSettings } from "../../snapshot/route.ts";
import { hasTls, type HttpProtocol } from "../../snapshot/upstream.ts";
import { keyIn } from "../resources/resource-key.ts";
import { PREFIX } from "./annotations/annotation.ts";
import { defaultBackend } from "./annotations/default-backend.ts";
import { readAppProtocol } from "./app-protocol.ts";
import type { BackendUse, ResolvedBackend, ServedBackend } from "./backends.ts";
import { addressingOf } from "./first-port.ts";
import { originOf } from "./place.ts";
import { describeReference } from "./service-ports.ts";
import { serviceUpstream } from "./service-upstream.ts";
import type { Translating } from "./translating.ts";

/** Who serves while there is nothing behind a backend. */
export interface StandIn {
  readonly served: ServedBackend;
  /** Tells it what it stands in for. */
  readonly middleware: MiddlewareSettings;
  /** Why it is not the backend itself. */
  readonly insteadOf: string;
}

const ANNOTATION = `${PREFIX}${defaultBackend.name}`;

/**
 * The Service that annotation `default-backend` names, where the backend has no endpoints or does not exist, as in ingress-nginx. Without endpoints
 * of its own it serves nothing, and that is told before it is needed. It does not get TLS connections that are handed on unopened, and so
 * neither the plain requests of such a host.
 * @param name null where the Ingress names none
 */
export function standInFor(
  use: BackendUse,
  name: string | null,
  resolved: ResolvedBackend,
  translating: Translating,
): StandIn | null {
  if (name === null || use.passedThrough) return null;
  const { namespace } = use.ingress.metadata;
  const key = keyIn(namespace, name);
  const service = translating.catalogue.services.get(key);
  const object = originOf(use.ingress, ["metadata", "annotations", ANNOTATION]);
  const report = (problem: string, remedy: string): null => {
    const message = `annotation ${ANNOTATION} names Service ${key}, which ${problem}: requests for Services without endpoints are answered 503`;
    const code = "DefaultBackendNotServed";
    translating.problems.add({ severity: "warning", code, scope: "reference", object, message, remedy });
    return null;
  };
  if (service === undefined) return report("does not exist", "Create it, or correct the name");
  const addressing = addressingOf(service, translating);
  if ("problem" in addressing) return report(addressing.problem, addressing.remedy);

  const insteadOf = whyAbsent(resolved);
  const asked = use.backend?.service;
  if (insteadOf === null || asked === undefined) return null;
  const [port] = service.spec.ports;
  const protocol = use.protocol ?? readAppProtocol(port?.appProtocol) ?? "http";
  if (use.tls?.verifies === true && (protocol === "auto" || !hasTls(protocol))) {
    const how = `is spoken to in plain text, while annotation ${PREFIX}proxy-ssl-verify asks to verify its certificate`;
    return report(how, `Write ${PREFIX}backend-protocol: "HTTPS"`);
  }
  translating.problems.add({
    severity: "info",
    code: "DefaultBackendServes",
    scope: "reference",
    object,
    message: `Service ${key} of annotation ${ANNOTATION} serves what is meant for Service ${keyIn(namespace, asked.name)}, which has no endpoints`,
    remedy: `Start the pods of Service ${keyIn(namespace, asked.name)}`,
  });
  const inProtocol = (spoken: HttpProtocol) =>
    serviceUpstream({ namespace, name, service, port: port?.port ?? "" }, spoken, use.tls, addressing);
  const options = {
    code: 503,
    namespace,
    ingress: use.ingress.metadata.name,
    service: asked.name,
    port: describeReference(asked.port),
  };
  return {
    served:
      protocol === "auto"
        ? { upstream: inProtocol("http"), ofHttps: inProtocol("https") }
        : { upstream: inProtocol(protocol) },
    middleware: { use: "default-backend", options },
    insteadOf,
  };
}

/** Why there is nothing behind a backend; null where there is, and where something is wrong with the Ingress itself. */
function whyAbsent(resolved: ResolvedBackend): string | null {
  if ("why" in resolved) return resolved.absent ? resolved.why : null;
  const { addressing, name } = resolved.upstream;
  if (addressing.kind === "dns" || addressing.endpoints.length > 0) return null;
  return addressing.whyEmpty ?? `upstream ${name} has no endpoints`;
}
