import { normalPath } from "../../snapshot/normal-path.ts";
import type { Route } from "../../snapshot/route.ts";
import type { RoutingSnapshot } from "../../snapshot/snapshot.ts";
import { RouteTable } from "./route-table.ts";

/** Why a host and path are served by what they are served by. */
export interface Explanation {
  readonly host: string;
  /** Normal form; the raw path where it has none. */
  readonly path: string;
  /** The virtual host that answers: "shop.example.com", "*.example.com", "*", or null. */
  readonly virtualHost: string | null;
  readonly route: Route | null;
  /** True when no rule matched and a default backend answers. */
  readonly byDefault: boolean;
  /** Where no rule matched: the rule that would have with the least change. */
  readonly nearest: { readonly host: string; readonly route: Route; readonly why: string } | null;
}

/** @param path as on a request line, without query */
export function explain(
  snapshot: Pick<RoutingSnapshot, "virtualHosts" | "revisions">,
  host: string,
  path: string,
): Explanation {
  const table = new RouteTable(snapshot, () => null);
  const name = host.toLowerCase().replace(/\.$/, "");
  const normal = normalPath(path) ?? path;
  const match = table.match(name, normal);
  const virtualHost = table.virtualHostFor(name);
  const byRule = match !== null && !match.byDefault;
  return {
    host: name,
    path: normal,
    virtualHost,
    route: match?.route ?? null,
    byDefault: match?.byDefault ?? false,
    nearest: byRule ? null : nearest(table, name, normal, virtualHost),
  };
}

/** First the host's own rules by path, then other hosts that have a rule for this path. */
function nearest(
  table: RouteTable<null>,
  host: string,
  path: string,
  virtualHost: string | null,
): Explanation["nearest"] {
  const own = virtualHost === null ? null : nearestPath(table, virtualHost, path);
  if (own !== null) return own;
  let best: { name: string; route: Route; distance: number } | null = null;
  for (const name of table.hostNames()) {
    const found = table.hostRoutes(name)?.match(path);
    const distance = hostDistance(name, host);
    if (found && (best === null || distance < best.distance)) best = { name, route: found.route, distance };
  }
  if (best === null) return null;
  return {
    host: best.name,
    route: best.route,
    why: `this path is served on host ${best.name}, not on ${host === "" ? "(none)" : host}`,
  };
}

function nearestPath(table: RouteTable<null>, virtualHost: string, path: string): Explanation["nearest"] {
  let best: { route: Route; score: number } | null = null;
  for (const { route } of table.hostRoutes(virtualHost)?.rules() ?? []) {
    const score = commonLength(route.match.path.toLowerCase(), path.toLowerCase());
    if (best === null || score > best.score) best = { route, score };
  }
  return best === null ? null : { host: virtualHost, route: best.route, why: whyNot(best.route, path) };
}

function whyNot(route: Route, path: string): string {
  const { kind, path: rule } = route.match;
  if (kind === "pattern") return `${path} does not begin with what the regular expression ${rule} matches, in any case`;
  if (rule.toLowerCase() === path.toLowerCase()) return `paths are case-sensitive: the rule says ${rule}`;
  if (kind === "exact") return `pathType Exact matches ${rule} alone, not ${path}`;
  if (path.startsWith(rule)) return `pathType Prefix matches whole elements: ${rule} matches ${rule}/…, not ${path}`;
  return `${path} does not begin with ${rule}`;
}

function commonLength(a: string, b: string): number {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length += 1;
  return length;
}

/** Labels that differ, from the right: a rough measure, good enough to name the likeliest host. */
function hostDistance(name: string, host: string): number {
  const a = name.split(".").reverse();
  const b = host.split(".").reverse();
  let distance = Math.abs(a.length - b.length);
  for (let i = 0; i < Math.min(a.length, b.length); i++) if (a[i] !== b[i]) distance += a[i] === "*" ? 0.5 : 1;
  return distance;
}
