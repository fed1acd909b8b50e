import type { Ingress } from "../resources/ingress.ts";
import { authTlsSecret } from "./annotations/auth-tls.ts";
import { PREFIX } from "./annotations/annotation.ts";
import { NOT_HONOURED, readAnnotations, type IngressSettings } from "./annotations/annotations.ts";
import type { Translating } from "./translating.ts";
import { type ReadyClientCertificates, resolveClientCertificates } from "./client-certificates.ts";
import { resolveUpstreamTls, type ReadyTls } from "./upstream-tls.ts";

/** An Ingress of ours with everything that holds for all its routes. */
export interface IngressPlan {
  readonly ingress: Ingress;
  readonly settings: IngressSettings;
  /** Null where it asks for nothing of TLS to its upstreams. */
  readonly upstreamTls: ReadyTls | null;
  /** Null where it says nothing of certificates of clients, or what it says is not honoured. */
  readonly clientCertificates: ReadyClientCertificates | null;
}

/** `className` is the class the Ingress is served under, null for none. */
export function planFor(ingress: Ingress, className: string | null, translating: Translating): IngressPlan {
  let settings = readAnnotations(ingress, className, translating.problems);
  let upstreamTls: ReadyTls | null = null;
  if (settings.upstreamTls !== null) {
    const ready = resolveUpstreamTls(ingress, settings.upstreamTls, translating);
    if ("why" in ready) settings = { ...settings, refusal: settings.refusal ?? ready.why };
    else upstreamTls = ready;
  }
  let clientCertificates: ReadyClientCertificates | null = null;
  if (settings.clientCertificates !== null && settings.hostRefusal === null) {
    const ready = resolveClientCertificates(ingress, settings.clientCertificates, translating);
    const hostRefusal = { annotation: `${PREFIX}${authTlsSecret.name}`, because: NOT_HONOURED };
    if ("why" in ready) settings = { ...settings, refusal: settings.refusal ?? ready.why, hostRefusal };
    else clientCertificates = ready;
  }
  return { ingress, settings, upstreamTls, clientCertificates };
}
