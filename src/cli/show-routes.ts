import { describePlace, type Origin } from "../snapshot/origin.ts";
import type { Passthrough, RouteAction } from "../snapshot/route.ts";
import type { RoutingSnapshot } from "../snapshot/snapshot.ts";
import type { Upstream } from "../snapshot/upstream.ts";
import { authority } from "../telemetry/route-report.ts";
import { routeRows, type RouteRow } from "./route-rows.ts";
import { readablePath } from "./shown-path.ts";
import { table } from "./table.ts";

/** The routes as a table: host, path, type, where to, from which object and line. */
export function showRoutes(snapshot: RoutingSnapshot): string[] {
  const upstreams = new Map(snapshot.upstreams.map((upstream) => [upstream.name, upstream]));
  const rows = [
    ...passedRows(snapshot, upstreams),
    ...routeRows(snapshot).map((row) => [
      row.host,
      row.byDefault ? "" : readablePath(row.route.match.path),
      typeOf(row),
      `-> ${targetOf(row.route.action, upstreams)}`,
      named(row.route.origin),
    ]),
  ];
  if (rows.length === 0) return ["none: no Ingress is served. What stands in the way is said below."];
  return table([["HOST", "PATH", "TYPE", "-> UPSTREAM", "INGRESS"], ...rows]);
}

/** What holds for TLS connections whatever they ask for, before what requests are matched against. */
function passedRows({ virtualHosts }: RoutingSnapshot, upstreams: ReadonlyMap<string, Upstream>): string[][] {
  return virtualHosts.flatMap(({ host, passthrough }) => {
    if (passthrough === undefined) return [];
    const { action, origin } = passthrough;
    const target = action.kind === "forward" ? targetOf(action, upstreams) : "closed";
    return [[host, "", "TLS unopened", `-> ${target}`, named(origin)]];
  });
}

function named(origin: Origin): string {
  return `${origin.namespace}/${origin.name}  ${describePlace(origin)}`;
}

function typeOf({ route, byDefault }: RouteRow): string {
  if (byDefault) return "default";
  return { exact: "Exact", prefix: "Prefix", pattern: "Pattern" }[route.match.kind];
}

function targetOf(action: RouteAction | Passthrough["action"], upstreams: ReadonlyMap<string, Upstream>): string {
  if (action.kind === "unavailable") return "answers 503";
  const upstream = upstreams.get(action.upstream);
  return upstream === undefined ? action.upstream : `${upstream.name} = ${addressOf(upstream)}`;
}

/** "10.0.0.7:80 +2": where an upstream leads. */
export function addressOf({ addressing }: Upstream): string {
  if (addressing.kind === "dns") return authority(addressing.name, addressing.port);
  const [first, ...others] = addressing.endpoints;
  if (first === undefined) return "no endpoint";
  return authority(first.address, first.port) + (others.length === 0 ? "" : ` +${others.length}`);
}
