import type { MiddlewareSettings } from "../../snapshot/route.ts";
import type { Ingress } from "../resources/ingress.ts";
import { authTlsSecret } from "./annotations/auth-tls.ts";
import { PREFIX } from "./annotations/annotation.ts";
import { NOT_HONOURED, readAnnotations, type IngressSettings } from "./annotations/annotations.ts";
import type { Translating } from "./translating.ts";
import { type ReadyClientCertificates, resolveClientCertificates } from "./client-certificates.ts";
import type { ClassedIngress } from "./ingress-class.ts";
import { originOf } from "./place.ts";
import { ruleHosts } from "./rule-hosts.ts";
import { hostsSecuredBy } from "./secured-hosts.ts";
import { strictTransportFor } from "./strict-transport.ts";
import { resolveUpstreamTls, type ReadyTls } from "./upstream-tls.ts";

/** An Ingress of ours with everything that holds for all its routes. */
export interface IngressPlan {
  /** "namespace/name" */
  readonly key: string;
  readonly ingress: Ingress;
  /** Those it speaks for; see rule-hosts.ts. */
  readonly hosts: readonly string[];
  /** Those that have a certificate since it says so; see secured-hosts.ts. */
  readonly securedHosts: readonly string[];
  readonly settings: IngressSettings;
  /** Null where browsers are told nothing of HTTPS. */
  readonly strictTransport: MiddlewareSettings | null;
  /** Null where it asks for nothing of TLS to its upstreams. */
  readonly upstreamTls: ReadyTls | null;
  /** Null where it says nothing of certificates of clients, or what it says is not honoured. */
  readonly clientCertificates: ReadyClientCertificates | null;
}

export function planFor({ key, ingress, className }: ClassedIngress, translating: Translating): IngressPlan {
  let settings = readAnnotations(ingress, className, translating.problems, translating.settings.defaults);
  let upstreamTls: ReadyTls | null = null;
  if (settings.upstreamTls !== null) {
    const ready = resolveUpstreamTls(ingress, settings.upstreamTls, translating);
    if ("why" in ready) settings = { ...settings, refusals: [...settings.refusals, ready.why] };
    else upstreamTls = ready;
  }
  let clientCertificates: ReadyClientCertificates | null = null;
  if (settings.clientCertificates !== null && settings.hostRefusals.length === 0) {
    const ready = resolveClientCertificates(ingress, settings.clientCertificates, translating);
    const hostRefusals = [{ annotation: `${PREFIX}${authTlsSecret.name}`, because: NOT_HONOURED }];
    if ("why" in ready) settings = { ...settings, refusals: [...settings.refusals, ready.why], hostRefusals };
    else clientCertificates = ready;
  }
  if (translating.options.withoutCatchAll === true && isCatchAll(ingress)) {
    reportCatchAll(ingress, translating);
    settings = { ...settings, withdrawn: true };
  }
  const hosts = ruleHosts(ingress);
  const secured = hostsSecuredBy(ingress);
  const strictTransport = strictTransportFor(className, translating);
  return { key, ingress, hosts, securedHosts: secured, settings, strictTransport, upstreamTls, clientCertificates };
}

/** As ingress-nginx counts: rules without host are none. */
function isCatchAll({ spec }: Ingress): boolean {
  return spec.rules.length === 0 && spec.defaultBackend !== undefined;
}

function reportCatchAll(ingress: Ingress, { problems }: Translating): void {
  problems.add({
    severity: "error",
    code: "CatchAllDisabled",
    scope: "object",
    object: originOf(ingress, ["spec", "defaultBackend"]),
    message: "the Ingress is a defaultBackend without rules, which --disable-catch-all forbids: it is not served",
    remedy: "Add rules with hosts, or start without the flag",
  });
}
