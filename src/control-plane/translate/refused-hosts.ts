import type { IngressPlan } from "./ingress-plan.ts";
import { describeHost } from "./hosts.ts";
import { namedWithPlace, originOf } from "./place.ts";
import type { Problems } from "./problems.ts";

/** Hosts all of whose routes answer 503, each with the reason, as one sentence. */
export type RefusedHosts = ReadonlyMap<string, string>;

/** What the owner of another Ingress can do. */
export const HOST_REMEDY =
  "Correct the annotation there, or remove it if the host may be served without it, or move this Ingress to another host";

/**
 * The hosts that some Ingress protects as a whole by an annotation that is not honoured. The routes other Ingresses have there would be open
 * where ingress-nginx has them closed, so they are refused too, and their Ingresses told why.
 */
export function refusedHosts(plans: readonly IngressPlan[], problems: Problems): RefusedHosts {
  const refused = new Map<string, string>();
  for (const { ingress, hosts, settings } of plans) {
    if (settings.hostRefusal === null) continue;
    const { annotation, because } = settings.hostRefusal;
    const by = namedWithPlace(originOf(ingress, ["metadata", "annotations", annotation]));
    for (const host of hosts) {
      const why = `${describeHost(host)} answers 503 as a whole, since ${by} has annotation ${annotation}, which ${because}`;
      if (!refused.has(host)) refused.set(host, why);
    }
  }
  if (refused.size === 0) return refused;
  for (const plan of plans) if (plan.settings.hostRefusal === null) report(plan, refused, problems);
  return refused;
}

function report({ ingress, hosts }: IngressPlan, refused: RefusedHosts, problems: Problems): void {
  for (const host of hosts) {
    const message = refused.get(host);
    if (message === undefined) continue;
    const index = ingress.spec.rules.findIndex((rule) => rule !== null && (rule.host || "*") === host);
    const object = originOf(ingress, index < 0 ? ["spec"] : ["spec", "rules", index, "host"]);
    problems.add({
      severity: "error",
      code: "HostUnavailable",
      scope: "reference",
      object,
      message,
      remedy: HOST_REMEDY,
    });
  }
}
