import type { IngressPlan } from "./ingress-plan.ts";
import { describeHost } from "./hosts.ts";
import { namedWithPlace, originOf } from "./place.ts";
import type { Problems } from "./problems.ts";

/** Hosts all of whose routes answer 503, each with the reason, as one sentence. */
export type RefusedHosts = ReadonlyMap<string, string>;

/** What the owner of another Ingress can do. */
export const HOST_REMEDY =
  "Correct the annotation there, or remove it if the host may be served without it, or move this Ingress to another host";

/** How many causes a reason names. An object has room for thousands. */
const NAMED = 10;

/**
 * The hosts that some Ingress protects as a whole by an annotation that is not honoured. The routes other Ingresses have there would be open
 * where ingress-nginx has them closed, so they are refused too, and their Ingresses told why.
 */
export function refusedHosts(plans: readonly IngressPlan[], problems: Problems): RefusedHosts {
  const causes = byHost(plans, refusalsBy);
  const refused = new Map(Array.from(causes, ([host, found]) => [host, whyRefused(host, found)]));
  if (refused.size > 0) {
    for (const plan of plans) if (plan.settings.hostRefusals.length === 0) report(plan, refused, problems);
  }
  const mixed = mixedHosts(plans);
  if (mixed.size === 0) return refused;
  for (const plan of plans) if (plan.settings.refusals.length === 0) report(plan, mixed, problems);
  return new Map([...mixed, ...refused].map(([host]) => [host, together(refused.get(host), mixed.get(host))]));
}

/** Why a host is refused as far as this one Ingress is the cause, which its own annotations say already; null where it is none. */
export function ownRefusal(plan: IngressPlan, host: string): string | null {
  const causes = refusalsBy(plan);
  return causes.length === 0 ? null : whyRefused(host, causes);
}

function refusalsBy({ ingress, settings }: IngressPlan): string[] {
  return settings.hostRefusals.map(({ annotation, because }) => {
    const by = namedWithPlace(originOf(ingress, ["metadata", "annotations", annotation]));
    return `${by} has annotation ${annotation}, which ${because}`;
  });
}

function whyRefused(host: string, causes: readonly string[]): string {
  return `${describeHost(host)} answers 503 as a whole, since ${listed(causes, ", and since ")}`;
}

/**
 * The hosts on which some Ingress has regular expressions as paths, and some a protection that is not honoured. All paths of such a host are
 * expressions, one may match what another is meant to protect, and ours are not those of PCRE to the last: nothing there is served.
 */
function mixedHosts(plans: readonly IngressPlan[]): RefusedHosts {
  const patterns = byHost(plans, ({ ingress, settings: { patterns } }) => {
    if (patterns === null) return [];
    const by = namedWithPlace(originOf(ingress, ["metadata", "annotations", patterns]));
    return [`${by} makes its paths regular expressions by annotation ${patterns}`];
  });
  if (patterns.size === 0) return new Map();
  const protections = byHost(plans, ({ ingress, settings }) =>
    settings.protections.map((annotation) => {
      const by = namedWithPlace(originOf(ingress, ["metadata", "annotations", annotation]));
      return `what ${by} protects there by ${annotation}`;
    }),
  );
  const mixed = new Map<string, string>();
  for (const [host, [pattern]] of patterns) {
    const protectedBy = protections.get(host);
    if (protectedBy === undefined) continue;
    const why = `${pattern}, and ${listed(protectedBy, " and ")} cannot be told from the rest`;
    mixed.set(host, `${describeHost(host)} answers 503 as a whole, since ${why}`);
  }
  return mixed;
}

/** What the Ingresses of each host say of themselves, in their order, and no more than is worth to be told. */
function byHost(
  plans: readonly IngressPlan[],
  saying: (plan: IngressPlan) => readonly string[],
): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, readonly string[]>();
  for (const plan of plans) {
    const said = saying(plan).slice(0, NAMED + 1);
    if (said.length === 0) continue;
    for (const host of plan.hosts) found.set(host, [...(found.get(host) ?? []), ...said].slice(0, NAMED + 1));
  }
  return found;
}

function listed(causes: readonly string[], separator: string): string {
  const named = causes.slice(0, NAMED).join(separator);
  return causes.length <= NAMED ? named : `${named} (and more)`;
}

function together(...reasons: readonly (string | undefined)[]): string {
  return reasons.filter((reason) => reason !== undefined).join("; and ");
}

function report({ ingress, hosts }: IngressPlan, refused: RefusedHosts, problems: Problems): void {
  const told = hosts.filter((host) => refused.has(host));
  if (told.length === 0) return;
  const places = firstRules(ingress);
  for (const host of told) {
    const message = refused.get(host) ?? "";
    const index = places.get(host);
    const object = originOf(ingress, index === undefined ? ["spec"] : ["spec", "rules", index, "host"]);
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

/** By host, the index of its first rule. */
function firstRules({ spec }: IngressPlan["ingress"]): ReadonlyMap<string, number> {
  const places = new Map<string, number>();
  for (const [index, rule] of spec.rules.entries()) {
    if (rule !== null && !places.has(rule.host || "*")) places.set(rule.host || "*", index);
  }
  return places;
}
