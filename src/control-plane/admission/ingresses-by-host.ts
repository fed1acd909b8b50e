import { difference } from "../../snapshot/difference.ts";
import type { Ingress } from "../resources/ingress.ts";
import { readHost } from "../translate/hosts.ts";
import { ruleHosts } from "../translate/rule-hosts.ts";

/** Hosts of rules, and those an Ingress brings a certificate for. */
export function hostsOf(ingress: Ingress): readonly string[] {
  const ofTls = ingress.spec.tls.flatMap((tls) => tls?.hosts ?? []).map((host) => readHost(host ?? undefined));
  return [...ruleHosts(ingress), ...ofTls.flatMap((reading) => ("host" in reading ? [reading.host] : []))];
}

/** Who shares a host with whom, among Ingresses of which few change. */
export class IngressesByHost {
  #all: readonly Ingress[] = [];
  readonly #found = new Map<string, Set<Ingress>>();

  /** Finds in these from now on. */
  follow(all: readonly Ingress[]): void {
    const { gone, come } = difference(this.#all, all);
    for (const one of gone) this.#remove(one);
    for (const one of come) this.#add(one);
    this.#all = all;
  }

  /** Each once. */
  on(hosts: Iterable<string>): ReadonlySet<Ingress> {
    const found = new Set<Ingress>();
    for (const host of hosts) for (const one of this.#found.get(host) ?? []) found.add(one);
    return found;
  }

  #add(ingress: Ingress): void {
    for (const host of hostsOf(ingress)) this.#found.set(host, (this.#found.get(host) ?? new Set()).add(ingress));
  }

  #remove(ingress: Ingress): void {
    for (const host of hostsOf(ingress)) {
      const there = this.#found.get(host);
      there?.delete(ingress);
      if (there?.size === 0) this.#found.delete(host);
    }
  }
}
