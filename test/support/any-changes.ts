// Changes of a cluster at random, of few names, hosts and Services, so that most of them meet.
import * as fc from "fast-check";
import { keyOf } from "../../src/control-plane/resources/resource-key.ts";
import { resourceSet, type KnownResource } from "../../src/control-plane/resources/resource-set.ts";
import type { ResourceSet } from "../../src/control-plane/resources/resources.ts";
import { makePair } from "./make-pair.ts";
import { backend, endpoints, ingress, ingressClass, nginx, path, service, slice, tlsSecret } from "./resources.ts";

/** Secrets are made of pairs that are there only when the tests run. */
export type Made = (data: readonly Record<string, string>[]) => KnownResource;

/** One object put in the place of another, removed, or written again as it is. */
export interface Change {
  readonly object: Made;
  readonly what: "put" | "remove" | "again";
}

/** What Secrets hold: two pairs, a broken one, authorities alone, something else. */
export async function makeSecretData(): Promise<Record<string, string>[]> {
  const [first, second] = await Promise.all([makePair(["a.test", "b.test"]), makePair(["*.b.test", "a.test"])]);
  const [one, other] = [{ "ca.crt": first["tls.crt"] }, { "ca.crt": second["tls.crt"] }];
  const mixed = { ...first, "tls.key": second["tls.key"] };
  return [{ ...first, ...one }, { ...second, ...other }, second, mixed, one, other, { auth: "somebody:$apr1$x$y" }];
}
const OPAQUE_FROM = 4;
const KINDS_OF_DATA = [0, 1, 2, 3, 4, 5, 6];

const of = fc.constantFrom;
const names = of("a/one", "a/two", "b/one", "b/two");
/** What works is as likely as all that does not, so that one thing at a time is wrong. */
const often = <Value>(usual: Value, ...others: Value[]): fc.Arbitrary<Value> =>
  fc.oneof({ weight: 3, arbitrary: fc.constant(usual) }, { weight: 2, arbitrary: of(...others) });
const hosts = often("a.test", "b.test", "*.b.test", "c.b.test", undefined, "Bad");
const backends = often("two:80", "one:80", "one:http", "two:99", "gone:80");
const written = often("/", "/x", "/x/", "x", "/.well-known/acme-challenge/1");
const paths = fc.tuple(written, backends, often("Prefix", "Exact"));

/** Each asks for something that other objects have a part in, or that has a part in what becomes of others. */
const ASKED_OF_HOSTS: readonly Record<string, string>[] = [
  { "ssl-passthrough": "true" },
  { "auth-tls-secret": "a/one" },
  { "auth-tls-secret": "a/two", "auth-tls-verify-client": "optional" },
  { "auth-tls-secret": "b/one", "auth-tls-error-page": "http://a.test/why" },
  { "auth-tls-secret": "a/one", "auth-tls-verify-client": "off" },
  { "auth-tls-secret": "a/one", "auth-tls-verify-client": "perhaps" },
];
const ASKED: readonly Record<string, string>[] = [
  { "auth-type": "basic", "auth-secret": "one" },
  { "auth-url": "http://auth.test" },
  { "whitelist-source-range": "10.0.0.0/8" },
  { canary: "true", "canary-weight": "10" },
  { "limit-rps": "5" },
  { "backend-protocol": "HTTPS", "proxy-ssl-secret": "a/one", "proxy-ssl-verify": "on" },
  { "backend-protocol": "HTTPS", "proxy-ssl-secret": "b/two", "proxy-ssl-name": "x.test" },
  { "proxy-ssl-secret": "a/two", "proxy-ssl-verify": "on" },
  { "backend-protocol": "AUTO_HTTP" },
  { "backend-protocol": "GRPCS" },
  { "force-ssl-redirect": "maybe" },
  { "force-ssl-redirect": "true" },
  { "ssl-redirect": "false" },
  { "default-backend": "two" },
  { "use-regex": "true" },
  { "rewrite-target": "/x" },
];
const annotations = fc
  .tuple(fc.array(fc.oneof(of(...ASKED_OF_HOSTS), of(...ASKED)), { maxLength: 2 }), often(undefined, "ours", "theirs"))
  .map(([chosen, legacyClass]) => ({
    ...nginx(Object.assign({}, ...chosen) as Record<string, string>),
    ...(legacyClass === undefined ? {} : { "kubernetes.io/ingress.class": legacyClass }),
  }));

const tlsHosts = fc.array(often("a.test", "b.test", "c.b.test", "*.b.test"), { maxLength: 2, size: "max" });
const ingresses = fc
  .record({
    key: names,
    className: often("ours", "theirs", "classy", undefined),
    rules: fc.array(fc.record({ host: hosts, paths: fc.array(paths, { maxLength: 3, size: "max" }) }), {
      maxLength: 2,
      size: "max",
    }),
    tls: fc.array(fc.record({ hosts: tlsHosts, secretName: of("one", "two") }), { maxLength: 2, size: "max" }),
    fallback: often(undefined, "one:80"),
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

const ports = often(
  [{ port: 80, protocol: "TCP" }],
  [{ port: 80, name: "http", protocol: "TCP", appProtocol: "https" }],
  [{ port: 80, protocol: "UDP" }],
);
const services = fc
  .record({
    key: names,
    ports,
    type: often("ClusterIP", "ExternalName"),
    externalName: of("x.test", "localhost"),
  })
  .map(({ key, ...spec }) => service(key, spec));

/** Of few names, so that a slice moves from one Service to another. */
const addresses = fc.subarray(["10.0.0.1", "10.0.0.2", "nowhere"]);
const slices = fc
  .record({ key: names, name: of("s-1", "s-2"), addresses, ready: often(true, false), port: often(8080, 99_999) })
  .map(({ key, name, addresses: listed, ready, port }) => {
    const found = listed.map((address) => ({ addresses: [address], conditions: { ready } }));
    return slice(key, found, { name, ports: [{ port, protocol: "TCP" }] });
  });
const legacy = fc
  .tuple(names, addresses)
  .map(([key, listed]) => endpoints(key, [{ addresses: listed, notReadyAddresses: ["10.0.0.9"] }]));
const classes = fc
  .tuple(of("ours", "classy", "theirs"), of("ts-ingress.io/controller", "other"), fc.boolean())
  .map((given) => ingressClass(...given));
const streamMaps = fc
  .tuple(of("tcp-services", "udp-services"), of("a", "b"), of("a/one:80", "b/two:80:PROXY", "nonsense"))
  .map(([name, namespace, value]): KnownResource => ({
    kind: "ConfigMap",
    metadata: { name, namespace, creationTimestamp: null, annotations: {}, labels: {} },
    data: { "9000": value },
  }));

/** What the ConfigMap a/settings may say: some of it holds for everything, some is wrong. */
const settings = fc
  .subarray([
    ["ssl-redirect", "false"],
    ["proxy-body-size", "2m"],
    ["proxy-read-timeout", "9"],
    ["nonsense", "1"],
  ])
  .map((said): KnownResource => ({
    kind: "ConfigMap",
    metadata: { name: "settings", namespace: "a", creationTimestamp: null, annotations: {}, labels: {} },
    data: Object.fromEntries(said) as Record<string, string>,
  }));

const always =
  (resource: KnownResource): Made =>
  () =>
    resource;
const secrets = fc.tuple(names, of(...KINDS_OF_DATA)).map(
  ([key, which]): Made =>
    (data) =>
      tlsSecret(key, data[which] ?? {}, which < OPAQUE_FROM ? "kubernetes.io/tls" : "Opaque"),
);

/** What histories begin with: a cluster in which most of what an Ingress may name is there. */
export function someCluster(data: readonly Record<string, string>[]): ResourceSet {
  const keys = ["a/one", "a/two", "b/one", "b/two"];
  return resourceSet([
    ...keys.flatMap((key) => [service(key), tlsSecret(key, data[key.endsWith("one") ? 0 : 1] ?? {})]),
    slice("b/two", ["10.0.0.1"], { name: "s-1" }),
    endpoints("a/two", [{ addresses: ["10.0.0.8"] }]),
    ingressClass("classy", "ts-ingress.io/controller"),
  ]);
}

const anyChange = fc.record({
  object: fc.oneof(
    { weight: 4, arbitrary: ingresses.map(always) },
    { weight: 2, arbitrary: services.map(always) },
    { weight: 3, arbitrary: slices.map(always) },
    { weight: 3, arbitrary: secrets },
    { weight: 2, arbitrary: fc.oneof(legacy, classes, streamMaps, settings).map(always) },
  ),
  what: of("put", "put", "put", "remove", "again"),
});

/** Histories: what changes together, again and again. */
export const anyChanges: fc.Arbitrary<Change[][]> = fc.array(
  often(1, 2, 3, 6).chain((length) => fc.array(anyChange, { minLength: length, maxLength: length })),
  { minLength: 10, maxLength: 30, size: "max" },
);

/** The next set: lists of kinds that did not change stay the same, objects that are replaced keep their place, as a cluster has them. */
export function changed(before: ResourceSet, resource: KnownResource, what: Change["what"]): ResourceSet {
  const same = (one: KnownResource): boolean => one.kind === resource.kind && keyOf(one) === keyOf(resource);
  const lists = Object.entries(before) as [keyof ResourceSet, readonly KnownResource[]][];
  const kind = Object.entries(resourceSet([resource])).find(([, list]) => list.length > 0)?.[0];
  const next = lists.map(([name, list]) => {
    if (name !== kind) return [name, list];
    if (what === "remove") return [name, list.filter((one) => !same(one))];
    const next = list.map((one) => (same(one) ? (what === "again" ? structuredClone(one) : resource) : one));
    return [name, what === "again" || next.includes(resource) ? next : [...next, resource]];
  });
  return Object.fromEntries(next) as ResourceSet;
}

/** The same in another order, and none of it identical. */
export function elsewhere(set: ResourceSet): ResourceSet {
  return Object.fromEntries(
    Object.entries(structuredClone(set)).map(([kind, list]) => [kind, (list as unknown[]).toReversed()]),
  ) as unknown as ResourceSet;
}
