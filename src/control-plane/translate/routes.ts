import type { Route, RouteAction } from "../../snapshot/route.ts";
import type { Upstream } from "../../snapshot/upstream.ts";
import type { Ingress, IngressBackend } from "../resources/ingress.ts";
import { httpsRedirectFor } from "./annotations/https-redirect.ts";
import type { IngressSettings } from "./annotations/annotations.ts";
import { resolveBackend } from "./backends.ts";
import { keyOf } from "./catalogue.ts";
import { readHost } from "./hosts.ts";
import { readPath } from "./paths.ts";
import type { PathProblem } from "./paths.ts";
import { describeField, originOf } from "./place.ts";
import type { FieldPath } from "./place.ts";
import { isSecured } from "./secured-hosts.ts";
import type { Translating } from "./translating.ts";

/** An Ingress of ours with everything that holds for all its routes. */
export interface IngressPlan {
  readonly ingress: Ingress;
  readonly settings: IngressSettings;
}

/** A route that an Ingress asks for on a host; another Ingress may have asked first. */
export interface RouteWish {
  readonly host: string;
  /** Whether it serves what no path of the host matches. */
  readonly byDefault: boolean;
  readonly route: Route;
  /** Where the route forwards to, or null when it does not. */
  readonly upstream: Upstream | null;
}

interface Spot {
  readonly host: string;
  /** As the Ingress writes it: what the exemption for certificate solvers looks at. */
  readonly path: string;
  readonly match: Route["match"];
  readonly name: string;
  readonly backend: IngressBackend;
  readonly field: FieldPath;
  readonly redirects: boolean;
}

/** All routes one Ingress asks for, in the order it writes them. */
export function routeWishes(plan: IngressPlan, secured: ReadonlySet<string>, translating: Translating): RouteWish[] {
  const { ingress } = plan;
  const { rules, defaultBackend } = ingress.spec;
  const wishes: RouteWish[] = [];
  const hosts = new Set<string>();
  for (const [index, rule] of rules.entries()) {
    const field: FieldPath = ["spec", "rules", index];
    const reading = readHost(rule.host);
    if (!("host" in reading)) {
      const message = `${describeField([...field, "host"])}: ${reading.problem}`;
      report(
        ingress,
        [...field, "host"],
        "error",
        { code: "HostInvalid", message, remedy: reading.remedy },
        translating,
      );
      continue;
    }
    const { host } = reading;
    hosts.add(host);
    checkRuleServes(ingress, field, rule.paths, defaultBackend, translating);
    for (const [position, path] of (rule.paths ?? []).entries()) {
      const place: FieldPath = [...field, "http", "paths", position];
      const read = readPath(path);
      if ("problem" in read) {
        report(ingress, [...place, read.field], "error", located(place, read.problem), translating);
        continue;
      }
      if (read.warning !== undefined)
        report(ingress, [...place, "path"], "warning", located(place, read.warning), translating);
      const name = `${keyOf(ingress)} rules[${index}].paths[${position}]`;
      const spot = { host, path: path.path ?? "/", match: read.match, name, field: place, redirects: true };
      wishes.push(wish(plan, { ...spot, backend: path.backend }, false, secured, translating));
    }
  }
  if (defaultBackend !== undefined) wishes.push(...defaultWishes(plan, defaultBackend, hosts, secured, translating));
  if (rules.length === 0 && defaultBackend === undefined) {
    const message = "the Ingress has neither rules nor a defaultBackend";
    report(
      ingress,
      ["spec"],
      "error",
      { code: "IngressEmpty", message, remedy: "Add rules or a defaultBackend" },
      translating,
    );
  }
  return wishes;
}

/** The defaultBackend of an Ingress serves the rest of its hosts; without rules, the rest of everything. */
function defaultWishes(
  plan: IngressPlan,
  backend: IngressBackend,
  hosts: ReadonlySet<string>,
  secured: ReadonlySet<string>,
  translating: Translating,
): RouteWish[] {
  const alone = plan.ingress.spec.rules.length === 0;
  return (alone ? ["*"] : [...hosts]).map((host) => {
    // A name is unique in the snapshot, and one defaultBackend may serve several hosts.
    const name = `${keyOf(plan.ingress)} defaultBackend${host === "*" ? "" : ` ${host}`}`;
    const field: FieldPath = ["spec", "defaultBackend"];
    const spot = { host, path: "/", match: { kind: "prefix", path: "/" } as const, name, field, backend };
    // ingress-nginx redirects nothing of an Ingress that is only a defaultBackend.
    return wish(plan, { ...spot, redirects: !alone }, true, secured, translating);
  });
}

function wish(
  { ingress, settings }: IngressPlan,
  spot: Spot,
  byDefault: boolean,
  secured: ReadonlySet<string>,
  translating: Translating,
): RouteWish {
  const backendField = byDefault ? spot.field : [...spot.field, "backend"];
  const use = { ingress, backend: spot.backend, field: backendField, protocol: settings.protocol };
  const resolved = resolveBackend(use, translating);
  const identity = { name: spot.name, origin: originOf(ingress, spot.field), match: spot.match };
  if (settings.refusal !== null) {
    const action: RouteAction = { kind: "unavailable", why: settings.refusal };
    return { host: spot.host, byDefault, route: { ...identity, middleware: [], action }, upstream: null };
  }
  const redirect = spot.redirects
    ? httpsRedirectFor(settings.httpsRedirect, isSecured(spot.host, secured), spot.path)
    : null;
  const upstream = "upstream" in resolved ? resolved.upstream : null;
  const action: RouteAction =
    "why" in resolved
      ? { kind: "unavailable", why: resolved.why }
      : {
          kind: "forward",
          upstream: resolved.upstream.name,
          ...(settings.timeouts === null ? {} : { timeouts: settings.timeouts }),
        };
  const limit = settings.requestBodyLimit === null ? {} : { requestBodyLimit: settings.requestBodyLimit };
  const route: Route = { ...identity, middleware: redirect === null ? [] : [redirect], action, ...limit };
  return { host: spot.host, byDefault, route, upstream };
}

/** A rule may leave everything of its host to a default backend, but then there should be one. */
function checkRuleServes(
  ingress: Ingress,
  field: FieldPath,
  paths: readonly unknown[] | undefined,
  defaultBackend: IngressBackend | undefined,
  translating: Translating,
): void {
  if (paths !== undefined && paths.length === 0) {
    const message = `${describeField(field)}.http.paths is empty`;
    report(
      ingress,
      [...field, "http"],
      "error",
      { code: "PathsEmpty", message, remedy: "Add a path, or remove http" },
      translating,
    );
  } else if (paths === undefined && defaultBackend === undefined) {
    const message = `${describeField(field)} has no paths and the Ingress no defaultBackend, so it serves nothing`;
    report(
      ingress,
      field,
      "warning",
      { code: "RuleServesNothing", message, remedy: "Add paths or a defaultBackend" },
      translating,
    );
  }
}

function located(field: FieldPath, problem: PathProblem): PathProblem {
  return { ...problem, message: `${describeField(field)}: ${problem.message}` };
}

function report(
  ingress: Ingress,
  field: FieldPath,
  severity: "error" | "warning",
  { code, message, remedy }: PathProblem,
  translating: Translating,
): void {
  translating.problems.add({ severity, code, scope: "object", object: originOf(ingress, field), message, remedy });
}
