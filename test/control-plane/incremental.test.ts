// What is made of changes one after another is what would be made of their result at once.
import * as fc from "fast-check";
import { beforeAll, expect, test } from "vitest";
import { keyOf } from "../../src/control-plane/resources/resource-key.ts";
import { resourceSet, type KnownResource } from "../../src/control-plane/resources/resource-set.ts";
import type { ResourceSet } from "../../src/control-plane/resources/resources.ts";
import { ResourceMerger } from "../../src/control-plane/sources/merge-resources.ts";
import type { TranslateOptions } from "../../src/control-plane/translate/options.ts";
import { translate, Translator } from "../../src/control-plane/translate/translate.ts";
import { applyChanges, changesBetween, type SnapshotChanges } from "../../src/snapshot/changes.ts";
import { seal, Sealer } from "../../src/snapshot/seal.ts";
import type { RoutingSnapshot } from "../../src/snapshot/snapshot.ts";
import { makePair } from "../support/make-pair.ts";
import {
  backend,
  endpoints,
  ingress,
  ingressClass,
  nginx,
  OPTIONS,
  path,
  service,
  slice,
  tlsSecret,
} from "../support/resources.ts";

const options: TranslateOptions = {
  ...OPTIONS,
  ingressClasses: ["ours"],
  serveWithoutClass: false,
  maps: [{ namespace: "a", service: "one", port: "80", to: { host: "127.0.0.1", port: 3000 } }],
  streams: { byName: true, reserved: [] },
};

let pairs: Record<string, string>[];

beforeAll(async () => {
  const [first, second] = await Promise.all([makePair(["a.test", "b.test"]), makePair(["*.b.test"])]);
  const authority = { "ca.crt": first["tls.crt"] };
  pairs = [{ ...first, ...authority }, second, { ...first, "tls.key": second["tls.key"] }, authority];
});

const of = fc.constantFrom;
const names = of("a/one", "a/two", "b/one", "b/two");
const hosts = of("a.test", "b.test", "*.b.test", "c.b.test", undefined, "Bad");
const backends = of("one:80", "one:http", "two:80", "two:99", "gone:80");
const paths = fc.tuple(of("/", "/x", "/x/", "x", "/.well-known/acme-challenge/1"), backends, of("Prefix", "Exact"));

/** Each asks for something that other objects have a part in. */
const annotations = fc
  .subarray(
    [
      { "ssl-passthrough": "true" },
      { "auth-tls-secret": "a/one" },
      { "auth-tls-secret": "a/two", "auth-tls-verify-client": "optional" },
      { "auth-url": "http://auth.test" },
      { canary: "true" },
      { "limit-rps": "5" },
      { "backend-protocol": "HTTPS", "proxy-ssl-secret": "a/one", "proxy-ssl-verify": "on" },
      { "force-ssl-redirect": "maybe" },
    ],
    { maxLength: 2 },
  )
  .map((chosen) => nginx(Object.assign({}, ...chosen) as Record<string, string>));

const ingresses = fc
  .record({
    key: names,
    className: of("ours", "ours", "ours", "theirs", "classy", undefined),
    rules: fc.array(fc.record({ host: hosts, paths: fc.array(paths, { maxLength: 3 }) }), { maxLength: 2 }),
    tls: fc.array(
      fc.record({ hosts: fc.array(of("a.test", "c.b.test"), { maxLength: 2 }), secretName: of("one", "two") }),
      {
        maxLength: 2,
      },
    ),
    fallback: of(undefined, undefined, "one:80"),
    annotations,
    age: of(null, 1, 2),
  })
  .map(({ key, className, rules, tls, fallback, annotations: asked, age }) =>
    ingress(
      key,
      {
        ...(className === undefined ? {} : { ingressClassName: className }),
        ...(fallback === undefined ? {} : { defaultBackend: backend(fallback) }),
        rules: rules.map(({ host, paths: written }) => ({
          ...(host === undefined ? {} : { host }),
          paths: written.map((one) => path(...one)),
        })),
        tls,
      },
      asked,
      age,
    ),
  );

const ports = of(
  [{ port: 80, protocol: "TCP" }],
  [{ port: 80, name: "http", protocol: "TCP", appProtocol: "https" }],
  [{ port: 80, protocol: "UDP" }],
);
const services = fc
  .record({
    key: names,
    ports,
    type: of("ClusterIP", "ClusterIP", "ExternalName"),
    externalName: of("x.test", "localhost"),
  })
  .map(({ key, ...spec }) => service(key, spec));
const addresses = fc.subarray(["10.0.0.1", "10.0.0.2", "nowhere"]);
const slices = fc
  .record({ key: names, name: of("s-1", "s-2"), addresses, port: of(8080, 99_999) })
  .map(({ key, name, addresses: listed, port }) => slice(key, listed, { name, ports: [{ port, protocol: "TCP" }] }));
const legacy = fc
  .tuple(names, addresses)
  .map(([key, listed]) => endpoints(key, [{ addresses: listed, notReadyAddresses: ["10.0.0.9"] }]));
const classes = fc
  .tuple(of("ours", "classy"), of("ts-ingress.io/controller", "other"), fc.boolean())
  .map((given) => ingressClass(...given));
const streamMaps = of("a/one:80", "b/two:80:PROXY", "nonsense").map((value): KnownResource => ({
  kind: "ConfigMap",
  metadata: { name: "tcp-services", namespace: "a", creationTimestamp: null, annotations: {}, labels: {} },
  data: { "9000": value },
}));

/** Secrets are made of pairs that are there only when the tests run. */
type Made = (data: readonly Record<string, string>[]) => KnownResource;
const always =
  (resource: KnownResource): Made =>
  () =>
    resource;
const secrets = fc.tuple(names, of(0, 1, 2, 3)).map(
  ([key, which]): Made =>
    (data) =>
      tlsSecret(key, data[which] ?? {}, which === 3 ? "Opaque" : "kubernetes.io/tls"),
);

/** One object put in the place of another, removed, or written again as it is. */
const changes = fc.record({
  object: fc.oneof(
    { weight: 4, arbitrary: ingresses.map(always) },
    { weight: 2, arbitrary: services.map(always) },
    { weight: 3, arbitrary: slices.map(always) },
    { weight: 2, arbitrary: secrets },
    { weight: 1, arbitrary: fc.oneof(legacy, classes, streamMaps).map(always) },
  ),
  what: of("put", "put", "put", "remove", "again"),
});

/** The next set: lists of kinds that did not change stay the same, as a cluster has them. */
function changed(before: ResourceSet, resource: KnownResource, what: string): ResourceSet {
  const same = (one: KnownResource): boolean => one.kind === resource.kind && keyOf(one) === keyOf(resource);
  const lists = Object.entries(before) as [keyof ResourceSet, readonly KnownResource[]][];
  const kind = Object.entries(resourceSet([resource])).find(([, list]) => list.length > 0)?.[0];
  const next = lists.map(([name, list]) => {
    if (name !== kind) return [name, list];
    const others = list.filter((one) => !same(one));
    const written = what === "again" ? list.filter(same).map((one) => structuredClone(one)) : [resource];
    return [name, what === "remove" ? others : [...others, ...written]];
  });
  return Object.fromEntries(next) as ResourceSet;
}

/** The same in another order, and none of it identical. */
function elsewhere(set: ResourceSet): ResourceSet {
  return Object.fromEntries(
    Object.entries(structuredClone(set)).map(([kind, list]) => [kind, (list as unknown[]).toReversed()]),
  ) as unknown as ResourceSet;
}

const sent = (message: SnapshotChanges): SnapshotChanges => structuredClone(message);

test("after each of any changes, translation and snapshot are those of a gateway that has just started", () => {
  fc.assert(
    fc.property(fc.array(changes, { minLength: 5, maxLength: 30 }), (history) => {
      const merger = new ResourceMerger();
      const translator = new Translator(options);
      const sealer = new Sealer();
      let set = resourceSet([]);
      let before: RoutingSnapshot | null = null;
      let served: RoutingSnapshot | null = null;
      for (const { object, what } of history) {
        set = changed(set, object(pairs), what);
        const { resources } = merger.merge([{ from: "the cluster", resources: set }]);
        const translation = translator.translate(resources);
        const snapshot = sealer.seal(translation.fragment);
        const fresh = translate(elsewhere(set), options);
        expect(translation).toEqual(fresh);
        expect(snapshot).toEqual(seal(fresh.fragment));
        served = applyChanges(served, sent(changesBetween(before, snapshot)));
        expect(served).toEqual(snapshot);
        before = snapshot;
      }
    }),
    { numRuns: 40 },
  );
});

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
  const { diagnostics } = new Translator({ ...options, maps: [] }).translate(set);
  const said = diagnostics.map(({ message }) => /selector (\S+),/.exec(message)?.[1]);
  expect(said).toEqual(["app=first", "app=second"]);
});
