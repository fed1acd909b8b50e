// What is made of changes one after another is what would be made of their result at once.
import * as fc from "fast-check";
import { beforeAll, expect, test } from "vitest";
import { resourceSet } from "../../src/control-plane/resources/resource-set.ts";
import type { TranslateOptions } from "../../src/control-plane/translate/options.ts";
import { Translator } from "../../src/control-plane/translate/translate.ts";
import { Sealer } from "../../src/snapshot/seal.ts";
import { anyChanges, type Change, changed, makeSecretData, someCluster } from "../support/any-changes.ts";
import { KeptAndFresh } from "../support/kept-and-fresh.ts";
import { ingress, OPTIONS, path, service, slice, tlsSecret } from "../support/resources.ts";

const options: TranslateOptions = {
  ...OPTIONS,
  ingressClasses: ["ours"],
  serveWithoutClass: false,
  maps: [{ namespace: "a", service: "one", port: "80", to: { host: "127.0.0.1", port: 3000 } }],
  streams: { byName: true, reserved: [] },
  configMap: "a/settings",
};

let data: Record<string, string>[];

beforeAll(async () => {
  data = await makeSecretData();
});

/** A second source, that comes first: what it has stands in the place of what the cluster has under the same name. */
const beside = resourceSet([service("b/one"), slice("b/one", ["10.0.0.3"]), tlsSecret("b/two", {})]);

function play(history: readonly (readonly Change[])[]): void {
  const gateway = new KeptAndFresh(options);
  let set = someCluster(data);
  for (const changes of history) {
    for (const { object, what } of changes) set = changed(set, object(data), what);
    gateway.next([
      { from: "a folder", resources: beside },
      { from: "the cluster", resources: set },
    ]);
  }
}

// INCREMENTAL_RUNS=2000 npm test -- test/control-plane/incremental.test.ts tries that many histories, other ones each time.
test("after each of any changes, translation and snapshot are those of a gateway that has just started", () => {
  fc.assert(fc.property(anyChanges, play), { numRuns: Number(process.env["INCREMENTAL_RUNS"] ?? 30) });
}, 600_000);

test("what does not hang on a changed object stays identical", () => {
  const translator = new Translator(options);
  const sealer = new Sealer();
  const ours = (key: string, host: string) =>
    ingress(key, { ingressClassName: "ours", rules: [{ host, paths: [path("/", "two:80")] }] });
  const set = resourceSet([
    ours("a/one", "a.test"),
    ours("b/one", "b.test"),
    service("a/two"),
    service("b/two"),
    slice("a/two", ["10.0.0.1"]),
    slice("b/two", ["10.0.0.2"]),
  ]);
  const first = sealer.seal(translator.translate(set).fragment);
  const next = changed(set, slice("b/two", ["10.0.0.3"]), "put");
  const second = sealer.seal(translator.translate(next).fragment);
  expect(second.upstreams[0]).toBe(first.upstreams[0]);
  expect(second.upstreams[1]).not.toEqual(first.upstreams[1]);
  expect(second.virtualHosts[0]).toBe(first.virtualHosts[0]);
  expect(second.revisions.certificates).toBe(first.revisions.certificates);
});

test("Services that share their ports have each their own endpoints", () => {
  const shared = [{ port: 80, protocol: "TCP" }];
  const rules = ["one:80", "two:80"].map((to, index) => ({ host: `${index}.test`, paths: [path("/", to)] }));
  const set = resourceSet([
    ingress("a/web", { ingressClassName: "ours", rules }),
    service("a/one", { ports: shared, selector: { app: "first" }, type: "NodePort" }),
    service("a/two", { ports: shared, selector: { app: "second" } }),
  ]);
  const { diagnostics } = new Translator({ ...OPTIONS, ingressClasses: ["ours"] }).translate(set);
  const said = diagnostics.map(({ message }) => /selector (\S+),/.exec(message)?.[1]);
  expect(said).toEqual(["app=first", "app=second"]);
});
