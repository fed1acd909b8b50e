import { describeField, type FieldPath } from "../resources/field-path.ts";
import type { Ingress, IngressBackend, IngressRule } from "../resources/ingress.ts";
import type { Diagnostic, Severity } from "./diagnostic.ts";
import { readHost } from "./hosts.ts";
import type { IngressPlan } from "./ingress-plan.ts";
import { readPath } from "./paths.ts";
import type { PathProblem } from "./paths.ts";
import { originOf } from "./place.ts";
import { wishFor, type RouteWish } from "./route-wish.ts";
import type { Translating } from "./translating.ts";
import type { HostTables } from "./whole-hosts.ts";

/** Reports a problem of one field of the Ingress at hand. */
type Report = (severity: Severity, field: FieldPath, problem: PathProblem) => void;

/** The routes one Ingress asks for on one host, in the order it writes them. */
export interface HostWishes {
  readonly ingress: Ingress;
  readonly host: string;
  readonly wishes: readonly RouteWish[];
}

/** All routes one Ingress asks for, host by host. */
export function wishesByHost(plan: IngressPlan, hosts: HostTables, translating: Translating): HostWishes[] {
  const byHost = Map.groupBy(routeWishes(plan, hosts, translating), ({ host }) => host);
  return Array.from(byHost, ([host, wishes]) => ({ ingress: plan.ingress, host, wishes }));
}

function routeWishes(plan: IngressPlan, hosts: HostTables, translating: Translating): RouteWish[] {
  const { ingress } = plan;
  const { rules, defaultBackend } = ingress.spec;
  const report: Report = (severity, field, problem) => {
    translating.problems.add({ severity, ...problem, scope: "object", object: originOf(ingress, field) });
  };
  const wishes: RouteWish[] = [];
  for (const [index, rule] of rules.entries()) {
    // The reader has said what is wrong with it.
    if (rule === null) continue;
    const field: FieldPath = ["spec", "rules", index];
    const reading = readHost(rule.host);
    if (!("host" in reading)) {
      const message = `${describeField([...field, "host"])}: ${reading.problem}`;
      report("error", [...field, "host"], { code: "HostInvalid", message, remedy: reading.remedy });
      continue;
    }
    checkRuleServes(rule, field, defaultBackend !== undefined, report);
    for (const [position, path] of (rule.paths ?? []).entries()) {
      if (path === null) continue;
      const place: FieldPath = [...field, "http", "paths", position];
      const isPattern = plan.settings.patterns !== null;
      const read = readPath(path, isPattern);
      if ("problem" in read) {
        report("error", [...place, read.field], located(place, read.problem));
        continue;
      }
      if (read.invalid !== undefined) report("error", [...place, "path"], located(place, read.invalid));
      const pathField: FieldPath = [...place, "path"];
      const asLiteral: Diagnostic | null =
        read.warning === undefined
          ? null
          : {
              severity: "warning",
              ...located(place, read.warning),
              scope: "object",
              object: originOf(ingress, pathField),
            };
      const name = `${plan.key} rules[${index}].paths[${position}]`;
      const spot = { host: reading.host, path: path.path || "/", match: read.match, asLiteral, name, field: place };
      const wanted = {
        ...spot,
        invalid: read.invalid ?? null,
        backend: path.backend,
        byDefault: false,
        redirects: true,
      };
      wishes.push(wishFor(plan, wanted, hosts, translating));
    }
  }
  // One by one: what an Ingress holds a hundred thousand of is too much to be spread.
  if (defaultBackend !== undefined)
    for (const wish of defaultWishes(plan, defaultBackend, hosts, translating)) wishes.push(wish);
  if (rules.length === 0 && defaultBackend === undefined) {
    const message = "the Ingress has neither rules nor a defaultBackend";
    report("error", ["spec"], { code: "IngressEmpty", message, remedy: "Add rules or a defaultBackend" });
  }
  return wishes;
}

/** The defaultBackend of an Ingress serves the rest of its hosts; without rules, the rest of everything. */
function defaultWishes(
  plan: IngressPlan,
  backend: IngressBackend | null,
  hosts: HostTables,
  translating: Translating,
): RouteWish[] {
  const alone = plan.ingress.spec.rules.length === 0;
  return plan.hosts.map((host) => {
    // A name is unique in the snapshot, and one defaultBackend may serve several hosts.
    const name = `${plan.key} defaultBackend${host === "*" ? "" : ` ${host}`}`;
    const field: FieldPath = ["spec", "defaultBackend"];
    const match = { kind: "prefix", path: "/" } as const;
    const spot = { host, path: "/", match, asLiteral: null, invalid: null, name, field, backend };
    // ingress-nginx redirects nothing of an Ingress that is only a defaultBackend.
    return wishFor(plan, { ...spot, byDefault: true, redirects: !alone }, hosts, translating);
  });
}

/** A rule may leave everything of its host to a default backend, but then there should be one. */
function checkRuleServes(rule: IngressRule, field: FieldPath, hasDefault: boolean, report: Report): void {
  const where = describeField(field);
  if (rule.paths?.length === 0) {
    const message = `${where}.http.paths is empty`;
    report("error", [...field, "http"], { code: "PathsEmpty", message, remedy: "Add a path, or remove http" });
  } else if (rule.paths === undefined && !hasDefault) {
    const message = `${where} has no paths and the Ingress no defaultBackend, so it serves nothing`;
    report("warning", field, { code: "RuleServesNothing", message, remedy: "Add paths or a defaultBackend" });
  }
}

function located(field: FieldPath, problem: PathProblem): PathProblem {
  return { ...problem, message: `${describeField(field)}: ${problem.message}` };
}
