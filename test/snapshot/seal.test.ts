import { describe, expect, test } from "vitest";
import type { Certificate } from "../../src/snapshot/certificate.ts";
import type { Route, VirtualHost } from "../../src/snapshot/route.ts";
import { SealError } from "../../src/snapshot/seal-error.ts";
import { emptySnapshot, seal } from "../../src/snapshot/seal.ts";
import type { SnapshotFragment } from "../../src/snapshot/snapshot.ts";
import type { StreamService } from "../../src/snapshot/stream-service.ts";
import { ORIGIN, route, upstream, virtualHost } from "../support/routes.ts";

const EMPTY: SnapshotFragment = { virtualHosts: [], upstreams: [], certificates: [] };

function certificate(name: string, ...serverNames: string[]): Certificate {
  return { name, origin: ORIGIN, serverNames, chain: "chain", privateKey: "key" };
}

function forward(to: string): Route {
  return { ...route("Prefix /"), name: `to ${to}`, action: { kind: "forward", upstream: to } };
}

function fragment(): SnapshotFragment {
  return {
    virtualHosts: [virtualHost("b.example", ["Prefix /"]), { host: "a.example", routes: [forward("web")] }],
    upstreams: [upstream("web", [80, 81]), upstream("api", [90])],
    certificates: [certificate("shop/b", "b.example"), certificate("shop/a", "a.example", "*.a.example")],
  };
}

describe("a sealed snapshot", () => {
  test("is in order", () => {
    const snapshot = seal(fragment());
    expect(snapshot.virtualHosts.map(({ host }) => host)).toEqual(["a.example", "b.example"]);
    expect(snapshot.upstreams.map(({ name }) => name)).toEqual(["api", "web"]);
    expect(snapshot.certificates.map(({ name }) => name)).toEqual(["shop/a", "shop/b"]);
  });

  test("does not depend on the order of what came in", () => {
    const { virtualHosts, upstreams, certificates } = fragment();
    const turned = seal({
      virtualHosts: virtualHosts.toReversed(),
      upstreams: upstreams.toReversed(),
      certificates: certificates.toReversed(),
    });
    expect(turned).toEqual(seal(fragment()));
  });

  test("leaves what it was given as it was", () => {
    const given = fragment();
    seal(given);
    expect(given).toEqual(fragment());
    expect(Object.isFrozen(given.upstreams)).toBe(false);
  });

  test("is frozen to its leaves", () => {
    const snapshot = seal(fragment());
    const unfrozen: string[] = [];
    const walk = (value: unknown, path: string): void => {
      if (typeof value !== "object" || value === null) return;
      if (!Object.isFrozen(value)) unfrozen.push(path);
      for (const [key, inner] of Object.entries(value)) walk(inner, `${path}.${key}`);
    };
    walk(snapshot, "snapshot");
    expect(unfrozen).toEqual([]);
    expect(() => Object.assign(snapshot.virtualHosts[0] as VirtualHost, { host: "x" })).toThrow(TypeError);
  });

  test("survives the way through JSON with its revisions", () => {
    const snapshot = seal(fragment());
    const travelled = JSON.parse(JSON.stringify(snapshot)) as SnapshotFragment;
    expect(seal(travelled)).toEqual(snapshot);
  });
});

describe("revisions", () => {
  const before = seal(fragment());
  const { virtualHosts, upstreams, certificates } = fragment();

  test("one for each part, and the same for the same", () => {
    expect(Object.keys(before.revisions.virtualHosts.toJSON())).toEqual(["a.example", "b.example"]);
    expect(Object.keys(before.revisions.upstreams.toJSON())).toEqual(["api", "web"]);
    expect(Object.keys(before.revisions.certificates.toJSON())).toEqual(["shop/a", "shop/b"]);
    expect(seal(fragment()).revisions).toEqual(before.revisions);
    expect(seal(fragment()).revision).toBe(before.revision);
  });

  test.each([
    ["an endpoint", { upstreams: [upstream("web", [80, 82]), upstream("api", [90])] }, ["upstreams web"]],
    ["the order of endpoints", { upstreams: [upstream("web", [81, 80]), upstream("api", [90])] }, ["upstreams web"]],
    [
      "a route",
      { virtualHosts: [virtualHost("b.example", ["Exact /"]), virtualHosts[1] as VirtualHost] },
      ["virtualHosts b.example"],
    ],
    [
      "a key",
      { certificates: [certificates[0] as Certificate, { ...(certificates[1] as Certificate), privateKey: "other" }] },
      ["certificates shop/a"],
    ],
    ["a part more", { upstreams: [...upstreams, upstream("new", [1])] }, ["upstreams new"]],
  ])("%s changes its own and the whole one", (_what, changes: Partial<SnapshotFragment>, changed) => {
    const after = seal({ virtualHosts, upstreams, certificates, ...changes });
    const different = (["virtualHosts", "upstreams", "certificates"] as const).flatMap((kind) =>
      Object.keys(after.revisions[kind].toJSON())
        .filter((key) => after.revisions[kind].get(key) !== before.revisions[kind].get(key))
        .map((key) => `${kind} ${key}`),
    );
    expect(different).toEqual(changed);
    expect(after.revision).not.toBe(before.revision);
  });

  test("a part less changes the whole one", () => {
    const after = seal({ virtualHosts, upstreams, certificates: certificates.slice(1) });
    expect(after.revision).not.toBe(before.revision);
  });

  test.each(["__proto__", "constructor", "toString"])("a part called %s is a part like any other", (name) => {
    const snapshot = seal({ ...EMPTY, upstreams: [upstream(name, [1])] });
    expect(snapshot.revisions.upstreams.get(name)).toMatch(/^[\w-]{16}$/);
    expect(emptySnapshot().revisions.upstreams.get(name)).toBeUndefined();
  });
});

describe("a fragment that contradicts itself is refused", () => {
  test.each<[string, Partial<SnapshotFragment>]>([
    ["route to nowhere forwards to upstream gone", { virtualHosts: [{ host: "a", routes: [forward("gone")] }] }],
    [
      "forwards to upstream gone, which does not exist",
      { virtualHosts: [{ host: "a", routes: [], defaultRoute: forward("gone") }] },
    ],
    ["upstream web appears twice", { upstreams: [upstream("web", [1]), upstream("web", [2])] }],
    ["host a appears twice", { virtualHosts: [virtualHost("a", []), virtualHost("a", ["Prefix /"])] }],
    ["certificate c appears twice", { certificates: [certificate("c"), certificate("c")] }],
    [
      "server name a.example appears twice",
      { certificates: [certificate("c", "a.example"), certificate("d", "a.example")] },
    ],
    ["path on host a prefix /b appears twice", { virtualHosts: [virtualHost("a", ["Prefix /b", "Prefix /b"])] }],
  ])("%s", (message, part) => {
    const sealing = (): unknown => seal({ ...EMPTY, ...part });
    expect(sealing).toThrow(SealError);
    expect(sealing).toThrow(message.replace("route to nowhere ", ""));
  });

  test("Exact and Prefix of one path are two routes", () => {
    const virtualHosts = [virtualHost("a", ["Prefix /b", "Exact /b", "Prefix /b/"])];
    expect(seal({ ...EMPTY, virtualHosts }).virtualHosts[0]?.routes).toHaveLength(3);
  });
});

test("the empty snapshot has nothing, and a revision", () => {
  const { revision, ...rest } = emptySnapshot();
  expect(JSON.parse(JSON.stringify(rest))).toEqual({
    ...EMPTY,
    revisions: { virtualHosts: {}, upstreams: {}, certificates: {} },
  });
  expect(revision).toMatch(/^[\w-]{16}$/);
});

describe("streams", () => {
  const stream = (name: string, port: number, to = "web"): StreamService => ({
    name,
    origin: ORIGIN,
    protocol: "tcp",
    port,
    upstream: to,
  });

  test("are in order, each with a revision, and absent where there are none", () => {
    const snapshot = seal({ ...fragment(), streams: [stream("tcp 2", 2), stream("tcp 1", 1)] });
    expect(snapshot.streams?.map(({ name }) => name)).toEqual(["tcp 1", "tcp 2"]);
    expect(Object.keys(snapshot.revisions.streams?.toJSON() ?? {})).toEqual(["tcp 1", "tcp 2"]);
    expect(snapshot.revision).not.toBe(seal(fragment()).revision);
    expect(Object.keys(seal(fragment()))).not.toContain("streams");
  });

  test.each([
    ["a name twice", [stream("a", 1), stream("a", 2)]],
    ["a port twice", [stream("a", 1), stream("b", 1)]],
    ["an upstream that does not exist", [stream("a", 1, "nowhere")]],
  ])("with %s are refused", (_what, streams) => {
    expect(() => seal({ ...fragment(), streams })).toThrow(SealError);
  });
});
