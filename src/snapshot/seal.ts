import { assemble, ordered, type PartName, PARTS } from "./parts.ts";
import { revisionOf } from "./revision.ts";
import type { Route } from "./route.ts";
import type { Revisions, RoutingSnapshot, SnapshotFragment } from "./snapshot.ts";

/** A fragment that contradicts itself: a defect of the translator, never of a user's object. The last good snapshot stays. */
export class SealError extends Error {}

/**
 * Makes a snapshot of a fragment: check references, order, hash each part, freeze.
 * @throws {SealError} on a reference to nothing or a name used twice.
 */
export function seal(fragment: SnapshotFragment): RoutingSnapshot {
  checkReferences(fragment);
  const parts = ordered({ ...fragment });
  const revisions: Partial<Record<PartName, Record<string, string>>> = {};
  for (const [name, { key }] of PARTS) {
    if (parts[name] === undefined) continue;
    const hashes = Object.create(null) as Record<string, string>;
    for (const part of parts[name]) hashes[key(part)] = revisionOf(part);
    revisions[name] = hashes;
  }
  return assemble(parts, revisions as Revisions, revisionOf(revisions));
}

/** The snapshot before the first source has spoken. */
export function emptySnapshot(): RoutingSnapshot {
  return seal({ virtualHosts: [], upstreams: [], certificates: [] });
}

function checkReferences(fragment: SnapshotFragment): void {
  const upstreams = unique(
    "upstream",
    fragment.upstreams.map((part) => part.name),
  );
  unique(
    "host",
    fragment.virtualHosts.map((part) => part.host),
  );
  unique(
    "certificate",
    fragment.certificates.map((part) => part.name),
  );
  unique(
    "server name",
    fragment.certificates.flatMap((part) => part.serverNames),
  );
  const streams = fragment.streams ?? [];
  unique(
    "stream",
    streams.map((part) => part.name),
  );
  unique(
    "port of streams",
    streams.map((part) => `${part.protocol} ${part.port}`),
  );
  for (const { name, upstream } of streams) {
    if (!upstreams.has(upstream))
      throw new SealError(`stream ${name} leads to upstream ${upstream}, which does not exist`);
  }
  const check = (route: Route): void => {
    if (route.action.kind !== "forward") return;
    const { upstream, upstreamOfHttps = upstream } = route.action;
    for (const name of [upstream, upstreamOfHttps]) {
      if (!upstreams.has(name))
        throw new SealError(`route ${route.name} forwards to upstream ${name}, which does not exist`);
    }
  };
  for (const virtualHost of fragment.virtualHosts) {
    const passed = virtualHost.passthrough?.action;
    if (passed?.kind === "forward" && !upstreams.has(passed.upstream)) {
      throw new SealError(`host ${virtualHost.host} is passed through to ${passed.upstream}, which does not exist`);
    }
    unique(
      `path on host ${virtualHost.host}`,
      virtualHost.routes.map((route) => `${route.match.kind} ${route.match.path}`),
    );
    virtualHost.routes.forEach(check);
    if (virtualHost.defaultRoute !== undefined) check(virtualHost.defaultRoute);
  }
}

function unique(what: string, names: readonly string[]): Set<string> {
  const seen = new Set<string>();
  for (const name of names) {
    if (seen.has(name)) throw new SealError(`${what} ${name} appears twice`);
    seen.add(name);
  }
  return seen;
}
