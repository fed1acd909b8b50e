import * as fc from "fast-check";
import { nginx } from "../../support/resources.ts";
import type { Draft } from "../fake/object.ts";
import type { Drafts } from "./step.ts";

const of = fc.constantFrom;
/** What works is as likely as all that does not, so that one thing at a time is wrong. */
const often = <Value>(usual: Value, ...others: Value[]): fc.Arbitrary<Value> =>
  fc.oneof({ weight: 3, arbitrary: fc.constant(usual) }, { weight: 2, arbitrary: of(...others) });

const backends = often("a:80", "b:80", "a:http", "b:99", "gone:80");
const hosts = often("a.t.test", "b.t.test", "*.t.test", "d.t.test", undefined);

/** What annotations ask for: each has a part in what becomes of others, or hangs on a Secret or a setting. */
const ASKED: readonly Record<string, string>[] = [
  { "whitelist-source-range": "10.0.0.0/8" },
  { "whitelist-source-range": "0.0.0.0/0,::/0" },
  { canary: "true" },
  { "auth-tls-secret": "default/o" },
  { "auth-tls-secret": "other/o" },
  { "auth-tls-secret": "default/u" },
  { "auth-type": "basic", "auth-secret": "o" },
  { "ssl-redirect": "false" },
  { "ssl-redirect": "maybe" },
  { "force-ssl-redirect": "true" },
  { "proxy-body-size": "3m" },
  { "backend-protocol": "HTTPS" },
];
const annotations = fc
  .tuple(fc.array(of(...ASKED), { maxLength: 2 }), often(undefined, undefined, "ours", "theirs", "k"))
  .map(([asked, legacyClass]) => ({
    ...nginx(Object.assign({}, ...asked) as Record<string, string>),
    ...(legacyClass === undefined ? {} : { "kubernetes.io/ingress.class": legacyClass }),
  }));

const tls = fc.record({
  hosts: fc.subarray(["a.t.test", "b.t.test", "d.t.test", "*.t.test"], { maxLength: 2 }),
  secretName: of("t", "u", "o", "d"),
});
const paths = fc
  .tuple(often("/", "/x", "/x/", "/y"), often("Prefix", "Exact"), backends)
  .map(([path, pathType, to]) => ({ path, pathType, backend: backend(to) }));
const rules = fc.record({ host: hosts, paths: fc.array(paths, { maxLength: 3, size: "max" }) }).map((rule) => ({
  ...(rule.host === undefined ? {} : { host: rule.host }),
  http: { paths: rule.paths },
}));

const ingresses = fc
  .record({
    className: often("ours", "k", "l", "theirs", undefined),
    rules: fc.array(rules, { maxLength: 2, size: "max" }),
    fallback: often(undefined, "a:80"),
    tls: fc.array(tls, { maxLength: 2, size: "max" }),
    annotations,
  })
  .map((one): Draft => ({
    metadata: { annotations: one.annotations },
    spec: {
      ...(one.className === undefined ? {} : { ingressClassName: one.className }),
      ...(one.fallback === undefined ? {} : { defaultBackend: backend(one.fallback) }),
      rules: one.rules,
      tls: one.tls,
    },
  }));

const ingressclasses = fc
  .tuple(often("ts-ingress.io/controller", "example.com/other"), fc.boolean())
  .map(([controller, isDefault]) => anIngressClass(controller, String(isDefault)));

const PORTS = [
  [{ port: 80, protocol: "TCP" }],
  [
    { port: 80, name: "http", protocol: "TCP", targetPort: 8081 },
    { port: 99, name: "more", protocol: "TCP" },
  ],
  [{ port: 80, protocol: "UDP" }],
  [{ port: 80, protocol: "TCP", appProtocol: "https" }],
];
const services = fc
  .record({
    ports: often(PORTS[0], ...PORTS.slice(1)),
    type: often("ClusterIP", "ExternalName"),
    externalName: of("x.test", "localhost"),
    publishNotReadyAddresses: often(false, true),
  })
  .map(({ externalName, ...spec }): Draft => ({
    spec: { ...spec, ...(spec.type === "ExternalName" ? { externalName } : {}), selector: { app: "x" } },
  }));

const ENDING = { ready: false, terminating: true };
const conditions = often<Record<string, boolean>>(
  {},
  { ready: false },
  { ...ENDING, serving: true },
  { ...ENDING, serving: false },
  { ready: true },
);
/** Of few Services and addresses, so that slices are split, merged, and move from one Service to another. */
const endpointslices = fc
  .record({
    service: often("a", "b"),
    addresses: fc.subarray(["10.0.0.1", "10.0.0.2", "10.0.0.3", "nowhere"], { maxLength: 3 }),
    conditions,
    ports: often([{ port: 8080, protocol: "TCP" }], [{ port: 8080, name: "http", protocol: "TCP" }], []),
  })
  .map((one): Draft => ({
    metadata: { labels: { "kubernetes.io/service-name": one.service } },
    addressType: "IPv4",
    ports: one.ports,
    endpoints: one.addresses.map((address) => ({ addresses: [address], conditions: one.conditions })),
  }));

/** Kinds of what a Secret holds, by numbers: certificates exist only when the tests run. See `secret-content.ts`. */
const secrets = of(0, 0, 1, 2, 2, 3, 4, 5, 6, 7).map((holds): Draft => ({ holds }));

/** Settings of the whole gateway: some hold for everything, some are wrong, some close what they cannot protect. */
const configmaps = fc
  .subarray([
    ["ssl-redirect", "false"],
    ["proxy-body-size", "2m"],
    ["http-redirect-code", "301"],
    ["whitelist-source-range", "10.0.0.0/8"],
    ["use-gzip", "true"],
    ["nonsense", "1"],
  ])
  .map((said): Draft => ({ data: Object.fromEntries(said) as Record<string, string> }));

const namespaces = of("shop", "none").map((team): Draft => ({ metadata: { labels: { team } } }));

/** What objects of each kind may say. */
export const DRAFTS: Drafts = {
  ingresses,
  ingressclasses,
  services,
  endpointslices,
  secrets,
  configmaps,
  namespaces,
};

/** What is there all along, and never changes. */
export const ALWAYS: Readonly<Record<string, Draft>> = {
  ingresses: {
    spec: {
      ingressClassName: "ours",
      rules: [{ host: "z.t.test", http: { paths: [{ path: "/", pathType: "Prefix", backend: backend("z:80") }] } }],
      tls: [{ secretName: "z" }],
    },
  },
  ingressclasses: { spec: { controller: "example.com/other" } },
  services: { spec: { type: "ClusterIP", ports: PORTS[0] } },
  endpointslices: {
    metadata: { labels: { "kubernetes.io/service-name": "z" } },
    addressType: "IPv4",
    ports: [{ port: 8080, protocol: "TCP" }],
    endpoints: [{ addresses: ["10.0.0.9"] }],
  },
  secrets: { holds: 0 },
  /** TCP services. */
  configmaps: { data: { "9000": "default/a:80" } },
  namespaces: { metadata: { labels: { team: "shop" } } },
};

/** What histories begin with: a cluster in which most of what an Ingress may name is there. */
export const BEGINNING: readonly (readonly [of: string, name: string, draft: Draft])[] = [
  ["ingressclasses", "k", anIngressClass("ts-ingress.io/controller", "true")],
  ["ingresses", "a", anIngress("ours", "a.t.test", "t")],
  ["ingresses", "b", anIngress("k", "b.t.test", "u")],
  ["ingresses", "other/a", anIngress("ours", "d.t.test", "o")],
  ...["a", "b", "other/a"].flatMap((name) => {
    const service = ALWAYS["services"] as Draft;
    const [of = ""] = name.split("/").toReversed();
    const labels = { "kubernetes.io/service-name": of };
    const slice = { ...(ALWAYS["endpointslices"] as Draft), metadata: { labels } };
    return [
      ["services", name, service],
      ["endpointslices", name, slice],
    ] as const;
  }),
  ["secrets", "t", { holds: 0 }],
  ["secrets", "u", { holds: 2 }],
  ["secrets", "o", { holds: 4 }],
  ["secrets", "d", { holds: 1 }],
  ["secrets", "other/o", { holds: 7 }],
  ["configmaps", "c", { data: {} }],
];

function backend(text: string): object {
  const [name, port = ""] = text.split(":");
  return { service: { name, port: /^\d+$/.test(port) ? { number: Number(port) } : { name: port } } };
}

function anIngress(ingressClassName: string, host: string, secretName: string): Draft {
  const paths = [{ path: "/", pathType: "Prefix", backend: backend("a:80") }];
  return { spec: { ingressClassName, rules: [{ host, http: { paths } }], tls: [{ secretName }] } };
}

function anIngressClass(controller: string, isDefault: string): Draft {
  return {
    metadata: { annotations: { "ingressclass.kubernetes.io/is-default-class": isDefault } },
    spec: { controller },
  };
}
