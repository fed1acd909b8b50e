import type { Ingress } from "../resources/ingress.ts";
import { readHost, wildcardOf } from "./hosts.ts";
import { ruleHosts } from "./rule-hosts.ts";

/**
 * The hosts that "have a certificate" for ssl-redirect because of an Ingress, as ingress-nginx counts: every host named by a `tls` entry, and
 * every host of a rule where there is a `tls` section at all, since the default certificate counts. Rules without host never do.
 */
export function hostsSecuredBy(ingress: Ingress): readonly string[] {
  if (ingress.spec.tls.length === 0) return [];
  return [...ruleHosts(ingress), ...tlsHosts(ingress)].filter((host) => host !== "*");
}

function tlsHosts(ingress: Ingress): string[] {
  return ingress.spec.tls
    .flatMap((tls) => tls?.hosts ?? [])
    .flatMap((written) => {
      const reading = written === null ? null : readHost(written.toLowerCase());
      return reading !== null && "host" in reading ? [reading.host] : [];
    });
}

/** Whether `host` is secured by its own name or by the wildcard of one label above it. */
export function isSecured(host: string, secured: { has(host: string): boolean }): boolean {
  const wildcard = wildcardOf(host);
  return secured.has(host) || (wildcard !== null && secured.has(wildcard));
}
