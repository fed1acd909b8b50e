import type { Ingress } from "../resources/ingress.ts";
import { readHost, wildcardOf } from "./hosts.ts";

/**
 * The hosts that "have a certificate" for ssl-redirect, as ingress-nginx counts: every host named by a `tls` entry, and every
 * host of a rule whose Ingress has a `tls` section at all, since the default certificate counts. Rules without host never do.
 */
export function securedHosts(ingresses: readonly Ingress[]): ReadonlySet<string> {
  const hosts = ingresses
    .filter((ingress) => ingress.spec.tls.length > 0)
    .flatMap((ingress) => [
      ...ingress.spec.rules.map((rule) => rule.host),
      ...ingress.spec.tls.flatMap((tls) => tls.hosts.map((host) => host.toLowerCase())),
    ])
    .map((host) => readHost(host))
    .flatMap((reading) => ("host" in reading && reading.host !== "*" ? [reading.host] : []));
  return new Set(hosts);
}

/** Whether `host` is secured by its own name or by the wildcard of one label above it. */
export function isSecured(host: string, secured: ReadonlySet<string>): boolean {
  const wildcard = wildcardOf(host);
  return secured.has(host) || (wildcard !== null && secured.has(wildcard));
}
