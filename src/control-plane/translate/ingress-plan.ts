import type { Ingress } from "../resources/ingress.ts";
import { readAnnotations, type IngressSettings } from "./annotations/annotations.ts";
import type { Translating } from "./translating.ts";
import { resolveUpstreamTls, type ReadyTls } from "./upstream-tls.ts";

/** An Ingress of ours with everything that holds for all its routes. */
export interface IngressPlan {
  readonly ingress: Ingress;
  readonly settings: IngressSettings;
  /** Null where it asks for nothing of TLS to its upstreams. */
  readonly upstreamTls: ReadyTls | null;
}

/** `className` is the class the Ingress is served under, null for none. */
export function planFor(ingress: Ingress, className: string | null, translating: Translating): IngressPlan {
  const settings = readAnnotations(ingress, className, translating.problems);
  if (settings.upstreamTls === null) return { ingress, settings, upstreamTls: null };
  const ready = resolveUpstreamTls(ingress, settings.upstreamTls, translating);
  if (!("why" in ready)) return { ingress, settings, upstreamTls: ready };
  return { ingress, settings: { ...settings, refusal: settings.refusal ?? ready.why }, upstreamTls: null };
}
