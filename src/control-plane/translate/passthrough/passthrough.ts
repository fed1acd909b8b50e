// TLS connections that are handed on unopened, by server name: ssl-passthrough.
// In: the hosts that ask for it, and their routes. Out: those hosts with a passthrough, its upstreams, and what it leaves without effect.
// Never: TLS opened for such a host; where nothing can be handed on, connections are closed.
import type { Passthrough, Route, VirtualHost } from "../../../snapshot/route.ts";
import type { Upstream } from "../../../snapshot/upstream.ts";
import { PREFIX } from "../annotations/annotation.ts";
import { sslPassthrough } from "../annotations/ssl-passthrough.ts";
import type { Diagnostic } from "../diagnostic.ts";
import type { IngressPlan } from "../ingress-plan.ts";
import type { PartsOver } from "../parts-over.ts";
import { originOf } from "../place.ts";
import type { Problems } from "../problems.ts";
import type { MergedHosts } from "../virtual-hosts.ts";
import { bareProtection } from "./bare-protection.ts";
import { type PassedHosts, plansByHost } from "./passed-hosts.ts";
import { PassthroughEffects } from "./report-effects.ts";

/** Lays those hosts and upstreams over what the rules make. @param plans of all Ingresses on such hosts, oldest first */
export function layPassthroughs(
  merged: MergedHosts,
  { askers }: PassedHosts,
  plans: readonly IngressPlan[],
  over: PartsOver,
  problems: Problems,
): void {
  if (askers.size === 0) return;
  const byHost = plansByHost(plans);
  const effects = new PassthroughEffects(problems);
  for (const [host, asker] of askers) {
    const ofHost = byHost.get(host) ?? [];
    const virtualHost: VirtualHost = merged.virtualHosts.get(host) ?? { host, routes: [] };
    const root = rootOf(virtualHost);
    const origin = originOf(asker.ingress, ANNOTATION);
    const upstream = root?.action.kind === "forward" ? tcpOf(merged.upstreams.get(root.action.upstream)) : null;
    const why = whyNot(host, root, asker, ofHost, problems);
    let action: Passthrough["action"];
    if (why === null && upstream !== null) {
      over.upstreams.set(upstream.name, upstream);
      action = { kind: "forward", upstream: upstream.name };
      effects.report({ host, asker, upstream }, ofHost);
    } else if (root?.action.kind === "unavailable" && why === root.action.why) action = root.action;
    else action = { kind: "unavailable", why: why ?? "path / of the host leads nowhere" };
    over.virtualHosts.set(host, { ...virtualHost, passthrough: { origin, action } });
  }
  effects.reportSecrets();
}

const ANNOTATION = ["metadata", "annotations", `${PREFIX}${sslPassthrough.name}`];

/** What serves path "/". */
function rootOf({ routes, defaultRoute }: VirtualHost): Route | undefined {
  const roots = routes.filter(({ match }) => match.path === "/");
  return roots.find(({ match }) => match.kind === "prefix") ?? roots[0] ?? defaultRoute;
}

/** The same endpoints, for octets that are nobody's business. */
function tcpOf(upstream: Upstream | undefined): Upstream | null {
  if (upstream === undefined) return null;
  const { name, origin, addressing, balancing } = upstream;
  return { name: `${name.split(" ")[0]} tcp`, origin, protocol: "tcp", addressing, balancing };
}

/** Why connections are closed; null where they may be handed on. @param plans those of the host */
function whyNot(
  host: string,
  root: Route | undefined,
  asker: IngressPlan,
  plans: readonly IngressPlan[],
  problems: Problems,
): string | null {
  const say = (plan: IngressPlan, annotation: string, problem: Pick<Diagnostic, "code" | "message" | "remedy">) => {
    const object = originOf(plan.ingress, ["metadata", "annotations", annotation]);
    problems.add({ severity: "error", scope: "object", object, ...problem });
    return `${problem.message}. ${problem.remedy}`;
  };
  for (const plan of plans) {
    const whole = plan === asker || isOf(root, plan);
    const bare = bareProtection(plan.ingress, !whole);
    if (bare === null) continue;
    return say(plan, bare, {
      code: "PassthroughUnprotected",
      message: `annotation ${bare} cannot protect host ${host}, whose TLS connections are to be handed on unopened, so they are closed`,
      remedy: `Remove ${PREFIX}${sslPassthrough.name}, or remove the protection if the application protects itself`,
    });
  }
  if (root === undefined) {
    return say(asker, ANNOTATION[2] as string, {
      code: "PassthroughWithoutRoot",
      message: `host ${host} has no path /, whose Service its TLS connections would be handed to, so they are closed`,
      remedy: "Add path / to a rule for the host",
    });
  }
  return root.action.kind === "unavailable" ? root.action.why : null;
}

function isOf(route: Route | undefined, { ingress }: IngressPlan): boolean {
  const { namespace, name } = ingress.metadata;
  return route?.origin.namespace === namespace && route.origin.name === name;
}
