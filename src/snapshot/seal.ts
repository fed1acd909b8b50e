import { createHash } from "node:crypto";
import type { Route } from "./route.ts";
import type { Revisions, RoutingSnapshot, SnapshotFragment } from "./snapshot.ts";

/** A fragment that contradicts itself: a defect of the translator, never of a user's object. The last good snapshot stays. */
export class SealError extends Error {}

/**
 * Makes a snapshot of a fragment: check references, order, hash each part, freeze.
 * @throws {SealError} on a reference to nothing or a name used twice.
 */
export function seal(fragment: SnapshotFragment): RoutingSnapshot {
  const virtualHosts = ordered(fragment.virtualHosts, (part) => part.host);
  const upstreams = ordered(fragment.upstreams, (part) => part.name);
  const certificates = ordered(fragment.certificates, (part) => part.name);
  checkReferences({ virtualHosts, upstreams, certificates });
  const revisions: Revisions = {
    virtualHosts: hashes(virtualHosts, (part) => part.host),
    upstreams: hashes(upstreams, (part) => part.name),
    certificates: hashes(certificates, (part) => part.name),
  };
  return deepFreeze({ virtualHosts, upstreams, certificates, revisions, revision: hash(revisions) });
}

/** The snapshot before the first source has spoken. */
export function emptySnapshot(): RoutingSnapshot {
  return seal({ virtualHosts: [], upstreams: [], certificates: [] });
}

function ordered<Part>(parts: readonly Part[], key: (part: Part) => string): Part[] {
  return parts.toSorted((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0));
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
  const check = (route: Route): void => {
    if (route.action.kind === "forward" && !upstreams.has(route.action.upstream)) {
      throw new SealError(`route ${route.name} forwards to upstream ${route.action.upstream}, which does not exist`);
    }
  };
  for (const virtualHost of fragment.virtualHosts) {
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

function hashes<Part>(parts: readonly Part[], key: (part: Part) => string): Record<string, string> {
  const result: Record<string, string> = Object.create(null);
  for (const part of parts) result[key(part)] = hash(part);
  return result;
}

function hash(value: unknown): string {
  return createHash("sha256").update(JSON.stringify(value)).digest("base64url").slice(0, 16);
}

function deepFreeze<Value extends object>(value: Value): Value {
  for (const inner of Object.values(value)) {
    if (typeof inner === "object" && inner !== null && !Object.isFrozen(inner)) deepFreeze(inner as object);
  }
  return Object.freeze(value);
}
