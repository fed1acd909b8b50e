import type { Origin } from "../snapshot/origin.ts";

/** The Ingress that a route is of; null for the route of a default backend, which no Ingress asks for. */
export function ingressOf(route: { readonly origin: Origin } | null | undefined): Origin | null {
  return route?.origin.kind === "Ingress" ? route.origin : null;
}
