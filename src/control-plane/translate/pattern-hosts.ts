import { compilePath } from "../../linear-pattern.ts";
import type { PathMatch } from "../../snapshot/route.ts";
import { compareText } from "./compare-text.ts";
import { describeHost } from "./hosts.ts";
import { literally } from "./pattern-paths.ts";
import { octets } from "./paths.ts";
import { namedWithPlace } from "./place.ts";
import type { Problems } from "./problems.ts";
import type { RouteWish } from "./route-wish.ts";

/** A wish for a path, not for what no path matches. */
function isPattern({ byDefault, route }: RouteWish): boolean {
  return !byDefault && route.match.kind === "pattern";
}

/**
 * The wishes of a host with each path as the regular expression that it is in ingress-nginx where some path of the host is one that nobody asked
 * for before as a Prefix; null where none is.
 * @param wishes those of the oldest Ingress first
 */
export function asPatterns(wishes: readonly RouteWish[]): readonly RouteWish[] | null {
  const asked = new Set<string>();
  let some = false;
  const exact = new Set<string>();
  for (const { byDefault, route } of wishes) {
    if (byDefault) continue;
    const { kind, path } = route.match;
    some ||= kind === "pattern" && !asked.has(path);
    (kind === "exact" ? exact : asked).add(path);
  }
  if (!some) return null;
  return wishes.map((wish) => {
    if (wish.byDefault || isPattern(wish)) return wish;
    const path = expressionOf(wish.route.match, exact);
    return { ...wish, route: { ...wish.route, match: { kind: "pattern", path } } };
  });
}

/** Beside an Exact path a Prefix is only what is below. What is no expression is literal: ingress-nginx would make no configuration of it. */
function expressionOf({ kind, path }: PathMatch, exact: ReadonlySet<string>): string {
  const text = kind === "prefix" && exact.has(path) && !path.endsWith("/") ? `${path}/` : path;
  return compilePath(text) === null ? literally(text) : text;
}

/** The longest first as they are written, then those that come last in the alphabet, as ingress-nginx has them. */
export function inPatternOrder(wishes: readonly RouteWish[]): RouteWish[] {
  const placed = wishes.map((wish) => ({ wish, path: octets(wish.path) }));
  placed.sort((a, b) => b.path.length - a.path.length || compareText(b.path, a.path));
  return placed.map(({ wish }) => wish);
}

/** Tells the other Ingresses of a host what has become of their paths. @param wishes as they were asked for */
export function reportPatterns(host: string, wishes: readonly RouteWish[], problems: Problems): void {
  const [first] = wishes.filter(isPattern);
  if (first === undefined) return;
  const own = new Set(wishes.filter(isPattern).map(ingressOf));
  for (const wish of wishes) {
    if (wish.byDefault || own.has(ingressOf(wish))) continue;
    own.add(ingressOf(wish));
    problems.add({
      severity: "info",
      code: "HostMatchedByPatterns",
      scope: "conflict",
      object: wish.route.origin,
      message: `all paths of ${describeHost(host)} are regular expressions, in any case and the longest first, since ${namedWithPlace(first.route.origin)} has some: those of this Ingress match whatever begins with them, Exact ones too`,
      remedy: "Move the expressions to a host of their own where that is not meant",
    });
  }
}

function ingressOf({ route: { origin } }: RouteWish): string {
  return `${origin.namespace}/${origin.name}`;
}
