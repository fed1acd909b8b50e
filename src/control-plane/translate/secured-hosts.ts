import type { Ingress } from "../resources/ingress.ts";
import type { Delta } from "./delta.ts";
import { readHost, wildcardOf } from "./hosts.ts";
import { changedSince, type Lookup } from "./lookup.ts";
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

/** Which hosts have a certificate, again and again. The same table when all of it is the same; it is good until the next one is made. */
export class SecuredHosts {
  /** How many Ingresses secure each. */
  readonly #counts = new Map<string, number>();
  #table: Lookup<boolean> = { get: (host) => this.#isSecured(host) };

  of({ gone, come }: Delta<{ readonly securedHosts: readonly string[] }>): Lookup<boolean> {
    const changed = new Set<string>();
    // In this order, since what was secured and is was never without.
    for (const { securedHosts } of come) for (const host of securedHosts) this.#count(host, 1, changed);
    for (const { securedHosts } of gone) for (const host of securedHosts) this.#count(host, -1, changed);
    const get = (host: string): boolean => this.#isSecured(host);
    if (changed.size === 0) return this.#table;
    // A wildcard secures any number of hosts.
    const isWide = [...changed].some((host) => host.startsWith("*"));
    this.#table = isWide ? { get } : changedSince(this.#table, [...changed], get);
    return this.#table;
  }

  /** By its own name or by the wildcard of one label above it. */
  #isSecured(host: string): boolean {
    const wildcard = wildcardOf(host);
    return this.#counts.has(host) || (wildcard !== null && this.#counts.has(wildcard));
  }

  #count(host: string, more: 1 | -1, changed: Set<string>): void {
    const count = (this.#counts.get(host) ?? 0) + more;
    if (count === 0 || (count === 1 && more === 1)) changed.add(host);
    if (count === 0) this.#counts.delete(host);
    else this.#counts.set(host, count);
  }
}
