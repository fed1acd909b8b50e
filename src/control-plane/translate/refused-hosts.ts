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
  if (refused.size > 0) {
    for (const plan of plans) if (plan.settings.hostRefusal === null) report(plan, refused, problems);
  }
  const mixed = mixedHosts(plans);
  if (mixed.size === 0) return refused;
  for (const plan of plans) if (plan.settings.refusal === null) report(plan, mixed, problems);
  return new Map([...mixed, ...refused]);
}

/**
 * The hosts on which some Ingress has regular expressions as paths, and some a protection that is not honoured. In ingress-nginx all paths of
 * such a host are matched in any case, by order of length: nobody can say here which requests would be protected.
 */
function mixedHosts(plans: readonly IngressPlan[]): RefusedHosts {
  const patterns = firstByHost(plans, ({ settings }) => settings.patterns);
  if (patterns.size === 0) return new Map();
  const protections = firstByHost(plans, ({ settings }) => settings.protection);
  const mixed = new Map<string, string>();
  for (const [host, pattern] of patterns) {
    const protection = protections.get(host);
    if (protection === undefined) continue;
    const why = `${pattern.by} makes its paths regular expressions by annotation ${pattern.annotation}, which is not built, and what ${protection.by} protects there by ${protection.annotation} cannot be told from the rest`;
    mixed.set(host, `${describeHost(host)} answers 503 as a whole, since ${why}`);
  }
  return mixed;
}

interface Said {
  /** The Ingress, with its place. */
  readonly by: string;
  readonly annotation: string;
}

function firstByHost(
  plans: readonly IngressPlan[],
  annotationOf: (plan: IngressPlan) => string | null,
): ReadonlyMap<string, Said> {
  const first = new Map<string, Said>();
  for (const plan of plans) {
    const annotation = annotationOf(plan);
    if (annotation === null) continue;
    const by = namedWithPlace(originOf(plan.ingress, ["metadata", "annotations", annotation]));
    for (const host of plan.hosts) if (!first.has(host)) first.set(host, { by, annotation });
  }
  return first;
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
