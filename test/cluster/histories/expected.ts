// What is to be served by the resources of a moment, found by reading all of them once and plainly: a second opinion on the translator.
// In: a ResourceSet, and what its Secrets hold. Out: what becomes of a request, by host and path; the certificate of each server name.
// Never: anything kept, anything of the translator's own.
import type { Ingress, IngressBackend } from "../../../src/control-plane/resources/ingress.ts";
import { keyOf } from "../../../src/control-plane/resources/resource-key.ts";
import type { ResourceSet } from "../../../src/control-plane/resources/resources.ts";
import { addressingOf, behind } from "./expected-endpoints.ts";
import { type Asking, asksOf } from "./expected-asking.ts";
import { contentOf, type SecretContent } from "./secret-content.ts";

const CONTROLLER = "ts-ingress.io/controller";
const CLASS = "kubernetes.io/ingress.class";
const DEFAULT_CLASS = "ingressclass.kubernetes.io/is-default-class";

/** What the gateways of these histories are started with. */
export const OURS = { ingressClass: "ours", settings: "default/c", certificate: "default/d", backend: "default/b" };

/** An Ingress of ours, and what it asks for. */
export interface Plan extends Asking {
  readonly ingress: Ingress;
  readonly hosts: readonly string[];
}

interface Route {
  readonly kind: string;
  readonly path: string;
  readonly answer: string;
}

export interface Expected {
  /** "namespace/name", oldest first. */
  readonly ours: readonly string[];
  /** Secrets that these name. */
  readonly named: ReadonlySet<string>;
  /** @returns where it goes, in the words of `answerOf`; "404" for nowhere */
  answer(host: string, path: string): string;
  /** Secrets by the server names that their certificates are shown for. */
  readonly certificates: ReadonlyMap<string, string>;
  /** Hosts whose clients are asked for certificates, where some Ingress serves anything there. */
  readonly asking: ReadonlySet<string>;
}

/** Those of ours, oldest first. */
export function oursAmong(set: Pick<ResourceSet, "ingresses" | "ingressClasses">): Ingress[] {
  const classes = set.ingressClasses.filter(({ spec }) => spec.controller === CONTROLLER);
  const known = new Set([OURS.ingressClass, ...classes.map(({ metadata }) => metadata.name)]);
  const defaults = set.ingressClasses.filter(({ metadata }) => metadata.annotations[DEFAULT_CLASS] === "true");
  const hasDefault = defaults.some(({ metadata }) => known.has(metadata.name));
  const isOurs = ({ spec, metadata }: Ingress): boolean => {
    const asked = spec.ingressClassName || metadata.annotations[CLASS];
    return asked ? known.has(asked) : hasDefault;
  };
  const born = ({ metadata }: Ingress): number => metadata.creationTimestamp ?? 0;
  return set.ingresses.filter(isOurs).toSorted((a, b) => born(a) - born(b) || (keyOf(a) < keyOf(b) ? 1 : -1));
}

/** Secrets that Ingresses of ours name, and those that flags do. */
export function namedSecrets(set: Pick<ResourceSet, "ingresses" | "ingressClasses">): Set<string> {
  const named = new Set([OURS.certificate]);
  for (const { metadata, spec } of oursAmong(set)) {
    const { namespace, annotations } = metadata;
    for (const one of spec.tls) if (one?.secretName) named.add(`${namespace}/${one.secretName}`);
    const opaque = annotations["nginx.ingress.kubernetes.io/auth-secret"];
    if (opaque !== undefined) named.add(`${namespace}/${opaque}`);
    const authorities = annotations["nginx.ingress.kubernetes.io/auth-tls-secret"];
    if (authorities?.startsWith(`${namespace}/`)) named.add(authorities);
  }
  return named;
}

export function expectedOf(set: ResourceSet, contents: readonly SecretContent[]): Expected {
  const ours = oursAmong(set);
  const settings = set.configMaps.find((one) => keyOf(one) === OURS.settings)?.data ?? {};
  const secrets = new Map(set.secrets.map((one) => [keyOf(one), contentOf(contents, one.data)]));
  const hasAuthority = (key: string): boolean => secrets.get(key)?.hasAuthority === true;
  const plans = ours
    .map((ingress): Plan => ({ ingress, hosts: hostsOf(ingress), ...asksOf(ingress, settings, hasAuthority) }))
    .filter(({ withdrawn }) => !withdrawn);
  const asking = askersOf(plans);
  const routes = routesOf(set, plans, asking, settings);
  const served = [...asking.keys()].filter((host) => routes.has(host));
  addDefaultBackend(set, routes);
  return {
    ours: ours.map(keyOf),
    named: namedSecrets(set),
    answer: (host, path) => answerOf(routes, asking, host, path),
    certificates: certificatesOf(plans, new Map([...secrets].map(([key, { names }]) => [key, names]))),
    asking: new Set(served),
  };
}

function hostsOf({ spec }: Ingress): string[] {
  return spec.rules.length === 0 ? ["*"] : [...new Set(spec.rules.map((rule) => rule?.host ?? "*"))];
}

/** The first that asks for client certificates on a host has it asked for all. */
function askersOf(plans: readonly Plan[]): Map<string, string> {
  const asking = new Map<string, string>();
  for (const { hosts, asks } of plans) {
    if (asks === null) continue;
    for (const host of hosts) if (!asking.has(host)) asking.set(host, asks);
  }
  return asking;
}

function routesOf(
  set: ResourceSet,
  plans: readonly Plan[],
  asking: ReadonlyMap<string, string>,
  settings: Readonly<Record<string, string>>,
): Map<string, Route[]> {
  const closed = new Set(plans.filter(({ closesHosts }) => closesHosts).flatMap(({ hosts }) => hosts));
  const secured = new Set(plans.flatMap(securedBy));
  const code = settings["http-redirect-code"] ?? "308";
  const wishes: [string, Route][] = [];
  const wish = (
    plan: Plan,
    host: string,
    kind: string,
    path: string,
    backend: IngressBackend | null | undefined,
  ): void => {
    const contested = plan.asks !== null && asking.get(host) !== plan.asks;
    const wildcard = host.replace(/^[^.*]+\./, "*.");
    const redirected =
      plan.redirects === "always" || (plan.redirects === "secured" && (secured.has(host) || secured.has(wildcard)));
    const isAlone = kind === "default" && plan.ingress.spec.rules.length === 0;
    const before = redirected && !isAlone ? `${code} ` : "";
    const to = behind(set, plan, backend);
    const answer =
      plan.refused || closed.has(host) || contested ? "503" : to === "503" ? to : `${before}${to} ${plan.limit}`;
    wishes.push([host, { kind, path, answer }]);
  };
  for (const plan of plans) {
    const { rules, defaultBackend } = plan.ingress.spec;
    for (const rule of rules) {
      for (const one of rule?.paths ?? []) {
        const kind = one?.pathType === "Exact" ? "exact" : "prefix";
        wish(plan, rule?.host ?? "*", kind, one?.path ?? "/", one?.backend);
      }
    }
    if (defaultBackend !== undefined) for (const host of plan.hosts) wish(plan, host, "default", "/", defaultBackend);
  }
  const routes = new Map<string, Route[]>();
  for (const [host, route] of wishes) {
    const there = routes.get(host) ?? [];
    routes.set(host, there);
    if (!there.some(({ kind, path }) => kind === route.kind && path === route.path)) there.push(route);
  }
  return routes;
}

/** What no rule matches goes to the first port of a Service, where that leads anywhere. */
function addDefaultBackend(set: ResourceSet, routes: Map<string, Route[]>): void {
  const any = routes.get("*") ?? [];
  const service = set.services.find((one) => keyOf(one) === OURS.backend);
  const port = service?.spec.ports[0];
  if (any.some(({ kind }) => kind === "default") || service === undefined || port?.protocol !== "TCP") return;
  const to = addressingOf(set, service, port);
  if (to === "503" || to === "[]") return;
  const answer = `http ${to} no limit`;
  routes.set("*", [...any, { kind: "default", path: "/", answer }]);
}

function answerOf(
  routes: ReadonlyMap<string, Route[]>,
  asking: ReadonlyMap<string, string>,
  host: string,
  path: string,
): string {
  const wildcard = host.replace(/^[^.]+\./, "*.");
  const name = routes.has(host) ? host : wildcard;
  const own = routes.get(name);
  const any = routes.get("*") ?? [];
  const fallback = (of: readonly Route[] = []): Route | undefined => of.find(({ kind }) => kind === "default");
  const found = own === undefined ? match(any, path) : (match(own, path) ?? fallback(own));
  if (found !== undefined) return found.answer;
  return own !== undefined && asking.has(name) ? "404" : (fallback(any)?.answer ?? "404");
}

/** Exact first, then the longest Prefix, by elements; "/x/" before "/x" for what is below. */
function match(routes: readonly Route[], path: string): Route | undefined {
  const exact = routes.find((one) => one.kind === "exact" && one.path === path);
  const prefixes = routes.filter(
    (one) => one.kind === "prefix" && `${path}/`.startsWith(one.path.replace(/\/?$/, "/")),
  );
  const rank = (one: Route): number => (path === one.path.replace(/\/$/, "") ? -one.path.length : one.path.length);
  const deepest = (one: Route): number => one.path.replace(/\/$/, "").length;
  return exact ?? prefixes.toSorted((a, b) => deepest(b) - deepest(a) || rank(b) - rank(a))[0];
}

function securedBy({ ingress, hosts }: Plan): string[] {
  const { tls } = ingress.spec;
  if (tls.length === 0) return [];
  return [...hosts, ...tls.flatMap((one) => one?.hosts ?? [])].filter(
    (host) => host !== null && host !== "*",
  ) as string[];
}

function certificatesOf(
  plans: readonly Plan[],
  names: ReadonlyMap<string, readonly string[] | null>,
): Map<string, string> {
  const shown = new Map<string, string>();
  for (const { ingress, hosts } of plans) {
    const { namespace } = ingress.metadata;
    const tls = ingress.spec.tls.map((one) => ({
      hosts: (one?.hosts ?? []) as string[],
      key: `${namespace}/${one?.secretName}`,
    }));
    const covers = (key: string, host: string): boolean => (names.get(key) ?? []).some((name) => fits(name, host));
    for (const one of tls) {
      for (const host of one.hosts) if (covers(one.key, host) && !shown.has(host)) shown.set(host, one.key);
    }
    const listed = tls.flatMap((one) => one.hosts);
    for (const host of hosts.filter((one) => one !== "*" && !listed.includes(one))) {
      const first = tls.find(({ key }) => covers(key, host));
      if (first !== undefined && !shown.has(host)) shown.set(host, first.key);
    }
  }
  return shown;
}

function fits(name: string, host: string): boolean {
  return name === host || name === host.replace(/^[^.*]+\./, "*.");
}
