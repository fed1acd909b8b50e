import { isIP } from "node:net";
import { literalBeginning } from "../linear-pattern.ts";
import type { RoutingSnapshot } from "../snapshot/snapshot.ts";
import { routeRows, type RouteRow } from "./route-rows.ts";
import { encodedPath } from "./shown-path.ts";

export interface CurlTargets {
  readonly http: number | null;
  readonly https: number | null;
  /** The address that is bound; for "all addresses" curl is sent to loopback. */
  readonly bind: string;
  /** Whether connections from an address must begin with a PROXY header; absent: from none. */
  readonly mustSendHeader?: (address: string) => boolean;
  /** How curl is to trust the certificate shown for a server name: `--cacert FILE`, or `--insecure`. */
  readonly trust: (serverName: string) => string;
}

/** A command to paste for each route, HTTP and HTTPS. */
export function showCurl(snapshot: Pick<RoutingSnapshot, "virtualHosts">, targets: CurlTargets): string[] {
  // What curl connects to is what it connects from.
  const from = reachable(targets.bind).replace(/^\[|\]$/g, "");
  const front = targets.mustSendHeader?.(from) === true ? "--haproxy-protocol " : "";
  const taken = new Set(snapshot.virtualHosts.map((virtualHost) => virtualHost.host));
  const passed = new Set(snapshot.virtualHosts.flatMap(({ host, passthrough }) => (passthrough ? [host] : [])));
  const asking = new Set(snapshot.virtualHosts.flatMap((one) => (one.clientCertificates ? [one.host] : [])));
  return routeRows(snapshot).flatMap((row) => {
    const host = exampleHost(row.host, taken);
    const path = examplePath(row);
    // Where TLS is not opened the certificate is the upstream's, which nothing is known of here.
    const trust = passed.has(row.host) ? "--insecure" : targets.trust(host);
    const flags = `${front}${trust} ${asking.has(row.host) ? "--cert CLIENT.crt --key CLIENT.key " : ""}`;
    return [
      ...(targets.http === null ? [] : [curl("http", host, targets.http, path, targets.bind, front)]),
      ...(targets.https === null ? [] : [curl("https", host, targets.https, path, targets.bind, flags)]),
    ];
  });
}

function curl(scheme: string, host: string, port: number, path: string, bind: string, flags: string): string {
  const resolve = `--resolve ${host}:${port}:${reachable(bind)}`;
  return `curl ${resolve} ${flags}${shellWord(`${scheme}://${host}:${port}${encodedPath(path)}`)}`;
}

/** A name the rule matches and no other rule claims: any label for "*.example.com", localhost for rules without host. */
export function exampleHost(host: string, taken: ReadonlySet<string>): string {
  if (host === "*") return taken.has("localhost") ? "any-host.test" : "localhost";
  if (!host.startsWith("*.")) return host;
  for (const label of ["hello", "example", "anything"]) {
    if (!taken.has(label + host.slice(1))) return label + host.slice(1);
  }
  return `some-other-name${host.slice(1)}`;
}

/** The rule's own path, or what it begins with as an expression; for a default backend one that hardly any rule claims. */
function examplePath({ route, byDefault }: RouteRow): string {
  if (byDefault) return "/anything-else";
  const { kind, path } = route.match;
  return kind === "pattern" ? literalBeginning(path).text || "/" : path;
}

function reachable(bind: string): string {
  if (bind === "0.0.0.0" || bind === "localhost") return "127.0.0.1";
  if (bind === "::") return "[::1]";
  return isIP(bind) === 6 ? `[${bind}]` : bind;
}

/** A word as a POSIX shell reads it back; quoted only where it must be, for the line is read by people. */
export function shellWord(text: string): string {
  return /^[\w@%+=:,./~-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
