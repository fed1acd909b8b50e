import { setImmediate as nextTurn } from "node:timers/promises";
import type { Diagnostic } from "../../control-plane/translate/diagnostic.ts";
import type { RoutingSnapshot } from "../../snapshot/snapshot.ts";
import { certificateFacts } from "./certificate-facts.ts";
import type { MetricName, Registry } from "./registry.ts";

/** What is served, and what is wrong with it. */
export interface Live {
  readonly snapshot: RoutingSnapshot;
  readonly diagnostics: readonly Diagnostic[];
}

/** What the diagnostics of an orphan are called. */
const ORPHANS: Readonly<Record<string, string>> = {
  ServiceNotFound: "no-service",
  ServiceWithoutEndpoints: "no-endpoint",
};

/** What ingress-nginx calls the host of the default certificate. */
const NO_NAME = "_";

/** Certificates read between two turns of the event loop; one takes up to 0.1 ms, the first time. */
const AT_ONCE = 20;

export function diagnosticGauges(registry: Registry, diagnostics: readonly Diagnostic[], ingressNginx: boolean): void {
  const found = cleared(registry, "ts_ingress_diagnostics");
  for (const { severity, code } of diagnostics) found.add([severity, code]);
  if (!ingressNginx) return;
  const orphans = cleared(registry, "nginx_ingress_controller_orphan_ingress");
  for (const { code, object } of diagnostics) {
    const type = ORPHANS[code];
    if (type !== undefined && object.kind === "Ingress") orphans.set([object.namespace, object.name, type], 1);
  }
}

/** @param className the controller's, for ingress-nginx's metrics; null where they are off */
export async function certificateGauges(
  registry: Registry,
  { certificates }: RoutingSnapshot,
  className: string | null,
): Promise<void> {
  for (let at = 0; at < certificates.length; at += AT_ONCE) {
    certificates.slice(at, at + AT_ONCE).forEach(certificateFacts);
    await nextTurn();
  }
  const own = cleared(registry, "ts_ingress_certificate_expiry_timestamp_seconds");
  const expires = className === null ? null : cleared(registry, "nginx_ingress_controller_ssl_expire_time_seconds");
  const info = className === null ? null : cleared(registry, "nginx_ingress_controller_ssl_certificate_info");
  for (const certificate of certificates) {
    const [namespace = "", secret = ""] = certificate.name.split("/");
    const facts = certificateFacts(certificate);
    for (const host of [...certificate.serverNames, ...(certificate.isDefault === true ? [NO_NAME] : [])]) {
      own.set([namespace, secret, host], facts.expires);
      const labels = [namespace, className ?? "", host, secret, facts.identifier];
      expires?.set(labels, facts.expires);
      info?.set([...labels, facts.issuerOrganization, facts.issuerName, facts.serial, facts.algorithm], 1);
    }
  }
}

/** A number that differs where the revision does. */
export function revisionNumber(revision: string): number {
  return Buffer.from(revision, "base64url").readUIntBE(0, 6);
}

/** A gauge that is told whole each time. */
function cleared(registry: Registry, name: MetricName): ReturnType<Registry["family"]> {
  const family = registry.family(name);
  family.take();
  return family;
}
