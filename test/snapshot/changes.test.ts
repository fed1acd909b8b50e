import * as fc from "fast-check";
import { expect, test } from "vitest";
import { applyChanges, changesBetween, type SnapshotChanges } from "../../src/snapshot/changes.ts";
import { emptySnapshot, seal } from "../../src/snapshot/seal.ts";
import type { RoutingSnapshot } from "../../src/snapshot/snapshot.ts";
import { ORIGIN, upstream, virtualHost } from "../support/routes.ts";

/** Few names, so that two snapshots share some; among them such as objects have by themselves, and a number, which objects put first. */
const NAMES = ["a.example", "b.example", "10", "9", "__proto__", "constructor", "*"];

const name = fc.constantFrom(...NAMES);
const each = <Part>(part: fc.Arbitrary<Part>, key: (part: Part) => string): fc.Arbitrary<Part[]> =>
  fc.uniqueArray(part, { selector: key, maxLength: NAMES.length });

const snapshots: fc.Arbitrary<RoutingSnapshot> = fc
  .record({
    virtualHosts: each(
      fc.record({ host: name, path: fc.constantFrom("/", "/x") }).map(({ host, path }) => {
        const { routes, ...rest } = virtualHost(host, [`Prefix ${path}`]);
        return {
          ...rest,
          routes: routes.map((route) => ({ ...route, action: { kind: "unavailable" as const, why: path } })),
        };
      }),
      ({ host }) => host,
    ),
    upstreams: each(
      fc.record({ name, port: fc.integer({ min: 1, max: 3 }) }).map((part) => upstream(part.name, [part.port])),
      (part) => part.name,
    ),
    certificates: each(
      fc.record({ name, chain: fc.constantFrom("one", "two") }).map((part) => ({
        name: part.name,
        origin: ORIGIN,
        serverNames: [`${part.name}.test`],
        chain: part.chain,
        privateKey: "key",
      })),
      (part) => part.name,
    ),
  })
  .map(seal);

/** As it comes out of a message. */
const sent = (changes: SnapshotChanges): SnapshotChanges => JSON.parse(JSON.stringify(changes)) as SnapshotChanges;

test("changes lead from any snapshot to any other, exactly", () => {
  fc.assert(
    fc.property(snapshots, snapshots, (base, next) => {
      expect(applyChanges(base, sent(changesBetween(base, next)))).toStrictEqual(next);
      expect(applyChanges(null, sent(changesBetween(null, next)))).toStrictEqual(next);
      // Everything at once replaces whatever was there.
      expect(applyChanges(base, sent(changesBetween(null, next)))).toStrictEqual(next);
    }),
  );
});

test("what comes out is frozen, and only what changed is sent", () => {
  const base = seal({ ...emptySnapshot(), upstreams: [upstream("a", [1]), upstream("b", [1]), upstream("c", [1])] });
  const next = seal({ ...emptySnapshot(), upstreams: [upstream("a", [1]), upstream("b", [2]), upstream("d", [1])] });
  const changes = changesBetween(base, next);
  expect(changes.parts.upstreams?.put.map(({ part }) => (part as { name: string }).name)).toEqual(["b", "d"]);
  expect(changes.parts.upstreams?.removed).toEqual(["c"]);
  expect(changes.parts.virtualHosts).toEqual({ put: [], removed: [] });
  const applied = applyChanges(base, sent(changes));
  expect(Object.isFrozen(applied?.upstreams[2]?.origin)).toBe(true);
  // What did not change is the very same object.
  expect(applied?.upstreams[0]).toBe(base.upstreams[0]);
});

test("changes of another snapshot, and changes that do not lead where they say, are refused", () => {
  fc.assert(
    fc.property(snapshots, snapshots, snapshots, (base, next, other) => {
      fc.pre(other.revision !== base.revision && base.revision !== next.revision);
      const changes = changesBetween(base, next);
      expect(applyChanges(other, changes)).toBeNull();
      expect(applyChanges(null, changes)).toBeNull();
      expect(applyChanges(base, { ...changes, revision: base.revision })).toBeNull();
    }),
  );
});
