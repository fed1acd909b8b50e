import { isIP } from "node:net";
import { isOffLimits } from "../../off-limits.ts";
import type { Addressing } from "../../snapshot/upstream.ts";
import { shown } from "../resources/field.ts";
import type { ServicePort } from "../resources/service.ts";
import { isDnsName, withoutBrackets } from "./hosts.ts";
import type { TranslateOptions } from "./options.ts";
import { isPort } from "./service-ports.ts";

/** The port connections go to: targetPort, as in ingress-nginx; no pod is there to know a named one by, so that leaves the port. */
export function externalPort({ port, targetPort }: ServicePort): number {
  return typeof targetPort === "number" ? targetPort : port;
}

/** What is said where Services of this type are not served (`--disable-svc-external-name`). */
const DISABLED = {
  problem: "is of type ExternalName, and --disable-svc-external-name is given",
  remedy: "Name a Service with endpoints, or start without the flag",
} as const;

/**
 * Where a Service of type ExternalName leads. An address literal needs no resolving.
 * @param port see `externalPort`; that of the Ingress where the Service declares none
 */
export function externalAddressing(
  externalName: string | undefined,
  port: number,
  { allowLoopbackNames, withoutExternalNames }: Pick<TranslateOptions, "allowLoopbackNames" | "withoutExternalNames">,
): { readonly addressing: Addressing } | { readonly problem: string; readonly remedy: string } {
  if (withoutExternalNames === true) return DISABLED;
  const name = withoutBrackets((externalName ?? "").trim().toLowerCase());
  const remedy = "Set spec.externalName to a DNS name";
  if (name === "") return { problem: "has an empty externalName", remedy };
  if (!isPort(port))
    return { problem: `has port ${port}, which is not between 1 and 65535`, remedy: "Correct the port" };
  if (!allowLoopbackNames && isLocal(name)) {
    return {
      problem: `has the externalName ${name}, which is a loopback or link-local name, or a metadata service`,
      remedy: "Name a host outside this machine; loopback names are served by `ts-ingress dev` only",
    };
  }
  if (isIP(name) !== 0) return { addressing: { kind: "endpoints", endpoints: [{ address: name, port }] } };
  if (!isDnsName(name.replace(/\.$/, ""))) {
    return { problem: `has the externalName ${shown(name)}, which is not a DNS name`, remedy };
  }
  return { addressing: { kind: "dns", name, port } };
}

/** The data plane checks what names resolve to. */
function isLocal(name: string): boolean {
  const bare = name.replace(/\.$/, "");
  if (isIP(bare) !== 0) return isOffLimits(bare);
  return bare === "localhost" || bare.endsWith(".localhost");
}
