import type { Ingress, IngressBackend } from "../../resources/ingress.ts";
import { PREFIX } from "../annotations/annotation.ts";
import { sslPassthrough } from "../annotations/ssl-passthrough.ts";
import { readHost } from "../hosts.ts";
import type { IngressPlan } from "../ingress-plan.ts";
import { readPath } from "../paths.ts";
import { originOf } from "../place.ts";
import type { Problems } from "../problems.ts";

const NAME = `${PREFIX}${sslPassthrough.name}`;

/** The hosts whose TLS connections are handed on unopened. */
export interface PassedHosts {
  /** By host, the oldest Ingress that asks for it: one is enough, as in ingress-nginx. */
  readonly askers: ReadonlyMap<string, IngressPlan>;
  /** Where they lead, as `backendKey` names it. */
  readonly backends: ReadonlySet<string>;
}

/** @param plans oldest first */
export function passedHosts(plans: readonly IngressPlan[], problems: Problems): PassedHosts {
  const askers = new Map<string, IngressPlan>();
  for (const plan of plans) {
    if (!plan.settings.passthrough) continue;
    for (const host of plan.hosts) {
      if (host === "*") reportHostless(plan.ingress, problems);
      else if (!askers.has(host)) askers.set(host, plan);
    }
  }
  if (askers.size === 0) return { askers, backends: new Set() };
  const byHost = plansByHost(plans);
  const roots = new Roots();
  const backends = [...askers.keys()].map((host) => roots.backendOf(host, byHost.get(host) ?? []));
  return { askers, backends: new Set(backends.filter((key) => key !== null)) };
}

/** The Ingresses of each host, oldest first. */
export function plansByHost(plans: readonly IngressPlan[]): ReadonlyMap<string, readonly IngressPlan[]> {
  const pairs = plans.flatMap((plan) => plan.hosts.map((host) => ({ host, plan })));
  const byHost = Map.groupBy(pairs, ({ host }) => host);
  return new Map(Array.from(byHost, ([host, found]) => [host, found.map(({ plan }) => plan)]));
}

/** A Service with its port, as an Ingress writes it; null where it names none. */
export function backendKey({ metadata }: Ingress, backend: IngressBackend | null): string | null {
  if (backend?.service === undefined) return null;
  const { name, port } = backend.service;
  return `${metadata.namespace}/${name}:${port.name ?? port.number}`;
}

/** Where the path "/" of hosts leads. The rules of an Ingress are gone through once, for however many hosts they are. */
class Roots {
  readonly #known = new Map<IngressPlan, ReadonlyMap<string, string | null>>();

  /** The first path "/" of a host has it, else the first defaultBackend. @param plans those of the host */
  backendOf(host: string, plans: readonly IngressPlan[]): string | null {
    for (const plan of plans) {
      const backend = this.#of(plan).get(host);
      if (backend !== undefined) return backend;
    }
    const fallback = plans.find(({ ingress }) => ingress.spec.defaultBackend);
    return fallback === undefined ? null : backendKey(fallback.ingress, fallback.ingress.spec.defaultBackend ?? null);
  }

  #of(plan: IngressPlan): ReadonlyMap<string, string | null> {
    const known = this.#known.get(plan) ?? rootBackends(plan.ingress);
    this.#known.set(plan, known);
    return known;
  }
}

/** By host. */
function rootBackends(ingress: Ingress): ReadonlyMap<string, string | null> {
  const found = new Map<string, string | null>();
  for (const rule of ingress.spec.rules) {
    const reading = rule === null ? null : readHost(rule.host);
    if (reading === null || !("host" in reading) || found.has(reading.host)) continue;
    const root = rule?.paths?.find((path) => path !== null && isRoot(readPath(path)));
    if (root) found.set(reading.host, backendKey(ingress, root.backend));
  }
  return found;
}

function isRoot(reading: ReturnType<typeof readPath>): boolean {
  return "match" in reading && reading.match.path === "/";
}

function reportHostless(ingress: Ingress, problems: Problems): void {
  problems.add({
    severity: "warning",
    code: "PassthroughWithoutHost",
    scope: "object",
    object: originOf(ingress, ["metadata", "annotations", NAME]),
    message: `annotation ${NAME} has no effect on rules without a host: TLS connections are told apart by their server names`,
    remedy: "Name the host in the rule",
  });
}
