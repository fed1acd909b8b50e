import type { Delta } from "./delta.ts";
import type { IngressPlan } from "./ingress-plan.ts";
import { byAge } from "./order.ts";

/** Which Ingresses speak for which hosts, and which of them have a part in what holds for a host as a whole. */
export class PlansOnHosts {
  readonly #plans = new Map<string, Set<IngressPlan>>();
  /** Those that say something of their hosts as a whole. */
  readonly #sayers = new Set<IngressPlan>();
  /** The hosts of these. */
  #hosts: ReadonlySet<string> = new Set();

  /** All that have a part in it, oldest first; null where they are those of the last time. */
  concernedBy({ gone, come }: Delta<IngressPlan>): readonly IngressPlan[] | null {
    for (const plan of gone) this.#remove(plan);
    for (const plan of come) this.#add(plan);
    const changed = [...gone, ...come];
    const before = this.#hosts;
    if (changed.some(saysOfHosts)) this.#hosts = new Set([...this.#sayers].flatMap(({ hosts }) => hosts));
    const isConcerned = (plan: IngressPlan): boolean =>
      saysOfHosts(plan) || plan.hosts.some((host) => this.#hosts.has(host) || before.has(host));
    return changed.some(isConcerned) ? this.#concerned() : null;
  }

  #concerned(): readonly IngressPlan[] {
    const concerned = new Set<IngressPlan>(this.#sayers);
    for (const host of this.#hosts) for (const plan of this.#plans.get(host) ?? []) concerned.add(plan);
    return [...concerned].toSorted(byAge);
  }

  #add(plan: IngressPlan): void {
    for (const host of plan.hosts) this.#plans.set(host, (this.#plans.get(host) ?? new Set()).add(plan));
    if (saysOfHosts(plan)) this.#sayers.add(plan);
  }

  #remove(plan: IngressPlan): void {
    this.#sayers.delete(plan);
    for (const host of plan.hosts) {
      const plans = this.#plans.get(host);
      plans?.delete(plan);
      if (plans?.size === 0) this.#plans.delete(host);
    }
  }
}

/** Whether an Ingress has anything that the tables of whole-hosts.ts are made of. */
function saysOfHosts({ settings, clientCertificates }: IngressPlan): boolean {
  const { passthrough, hostRefusals, patterns, protections } = settings;
  const asks = clientCertificates !== null && clientCertificates.asked !== null;
  return passthrough || asks || patterns !== null || hostRefusals.length + protections.length > 0;
}
