import { isDeepStrictEqual } from "node:util";
import { keyOf } from "../../../src/control-plane/resources/resource-key.ts";
import { readObject } from "../../../src/control-plane/resources/read-object.ts";
import { allResources, type KnownResource } from "../../../src/control-plane/resources/resource-set.ts";
import { ClusterSource } from "../../../src/control-plane/sources/cluster.ts";
import type { Loaded } from "../../../src/control-plane/sources/sources.ts";
import { referencedSecrets } from "../../../src/control-plane/translate/referenced-secrets.ts";
import { KeptAndFresh } from "../../support/kept-and-fresh.ts";
import { OPTIONS } from "../../support/resources.ts";
import type { Draft, StoredObject } from "../fake/object.ts";
import type { Cast, Step } from "./step.ts";
import { TroubledCluster } from "./troubled-cluster.ts";

const TRANSLATE = { ...OPTIONS, serveWithoutClass: false, ingressClasses: ["ours"] };
/** Milliseconds that a certificate serves on without its Secret. */
const GRACE = 300_000;

/** Who changes in histories of a whole cluster: Secrets "t" and "z" are certificates, "o" is none. */
export const CLUSTER: Cast = {
  ingresses: ["a", "b", "other/a"],
  ingressclasses: ["k"],
  services: ["a"],
  endpointslices: ["a"],
  secrets: ["t", "o"],
  configmaps: ["c"],
  namespaces: ["other"],
};

/**
 * Follows a whole cluster through a history; afterwards all goes well again.
 * @throws a set was half, held what never was or nobody named, made anew what is the same, or in the end is not what is there; or what is made of
 * one set after the other is not what would be made of it alone
 */
export async function sourceThrough(history: readonly Step[]): Promise<void> {
  const cluster = await TroubledCluster.start(Object.keys(CLUSTER), draft);
  const { api, timers } = cluster;
  cluster.fake.put("namespaces", { metadata: { name: "default", labels: { team: "shop" } } });
  const source = new ClusterSource({
    api,
    timers,
    random: () => 0,
    namespaceSelector: "team=shop",
    configMaps: ["default/z", "default/c"],
    secrets: [],
    secretsNamedIn: (set) => referencedSecrets(set, TRANSLATE),
  });
  const stop = new AbortController();
  const loads: { readonly at: number; readonly loaded: Loaded }[] = [];
  const reading = (async () => {
    for await (const loaded of source.watch(stop.signal)) loads.push({ at: timers.now(), loaded });
  })();
  try {
    await cluster.live(history);
    await cluster.calm();
    await cluster.passUntil(() => loads.length > 0 && differences(cluster, loads.at(-1)?.loaded).length === 0);
    const ever = new Set(cluster.ever.flatMap((object) => readableOf(object).map(textOf)));
    const held = new Map<string, number>();
    let before: Loaded | null = null;
    const gateway = new KeptAndFresh(TRANSLATE);
    for (const { at, loaded } of loads) {
      checkLoad(loaded, ever);
      gateway.next([{ from: "the cluster", resources: loaded.resources }]);
      if (before !== null) checkStep(before, loaded, at, held);
      before = loaded;
    }
  } catch (error) {
    const news = differences(cluster, loads.at(-1)?.loaded);
    throw news.length === 0 ? error : new Error(`${(error as Error).message}: ${news.join("; ")}`, { cause: error });
  } finally {
    stop.abort();
    await reading;
    await cluster.close();
  }
}

function draft(of: string, name: string, version: number | null): Draft {
  const type = name === "o" ? "Opaque" : "kubernetes.io/tls";
  if (version === null) return { spec: 7, data: 7, endpoints: 7, type };
  const metadata = { labels: { v: String(version) } };
  const drafts: Record<string, Draft> = {
    ingresses: {
      metadata: { annotations: { "nginx.ingress.kubernetes.io/auth-secret": version % 2 === 0 ? "o" : "p" } },
      spec: {
        ingressClassName: "ours",
        rules: [{ host: `v${version}.example.com` }],
        tls: [{ secretName: version % 3 === 0 ? "z" : "t" }],
      },
    },
    ingressclasses: { spec: { controller: `example.com/v${version}` } },
    services: { spec: { ports: [{ port: version }] } },
    endpointslices: {
      addressType: "IPv4",
      ports: [{ port: version }],
      endpoints: [{ addresses: ["192.0.2.1"] }],
      metadata: { labels: { "kubernetes.io/service-name": "a" } },
    },
    secrets: { type, data: { "tls.crt": btoa(String(version)) } },
    configmaps: { data: { v: String(version) } },
    namespaces: { metadata: { labels: { team: name === "z" || version % 2 === 0 ? "shop" : "none" } } },
  };
  const { metadata: own = {}, ...rest } = drafts[of] ?? {};
  return { ...rest, metadata: { ...metadata, ...own, labels: { ...metadata.labels, ...(own["labels"] as object) } } };
}

/** What of a set is not as it is in the cluster. Of an object that cannot be read any version of it will do. */
function differences(cluster: TroubledCluster, loaded: Loaded | undefined): string[] {
  if (loaded === undefined) return ["there is no set"];
  const { fake } = cluster;
  const labelled = fake.collection("namespaces").list();
  const chosen = new Set(
    labelled.filter(({ metadata }) => metadata.labels?.["team"] === "shop").map(({ metadata }) => metadata.name),
  );
  const stored = Object.keys(CLUSTER).flatMap((of) => fake.collection(of).list());
  const there = stored.filter(
    ({ kind, metadata }) => kind !== "Namespace" && (kind !== "Ingress" || chosen.has(metadata.namespace ?? "default")),
  );
  const known = new Map(allResources(loaded.resources).map((one) => [idOf(one), one]));
  const broken = stored.some((object) => object.kind === "Ingress" && readableOf(object).length === 0);
  const named = referencedSecrets(loaded.resources, TRANSLATE);
  const wrong: string[] = [];
  for (const object of there) {
    const [wanted] = readableOf(object);
    const id = wanted === undefined ? idOfStored(object) : idOf(wanted);
    const has = known.get(id);
    known.delete(id);
    const { type, metadata } = object;
    const mustBeNamed = object.kind === "Secret" && type !== "kubernetes.io/tls";
    if (wanted === undefined) {
      const said = loaded.diagnostics.some(
        (one) => one.object.kind === object.kind && one.object.name === metadata.name,
      );
      if (!said && !mustBeNamed) wrong.push(`nobody is told of ${id}`);
      if (has !== undefined && has.metadata.uid !== metadata.uid) wrong.push(`${id} is another`);
    } else if (mustBeNamed && !named.has(`${metadata.namespace}/${metadata.name}`)) {
      if (has !== undefined && !broken) wrong.push(`${id} is named by nobody`);
    } else if (has === undefined || textOf(has) !== textOf(wanted)) wrong.push(`${id} is not as it is`);
  }
  return [...wrong, ...[...known.keys()].map((id) => `${id} is gone`)];
}

function checkLoad({ resources }: Loaded, ever: ReadonlySet<string>): void {
  const all = allResources(resources);
  const never = all.find((one) => !ever.has(textOf(one)));
  if (never !== undefined) throw new Error(`this never was: ${textOf(never)}`);
  if (new Set(all.map(idOf)).size !== all.length) throw new Error("an object is there twice");
  const parts = [resources.ingresses, resources.ingressClasses, resources.services, resources.endpointSlices];
  for (const part of [...parts, resources.secrets, resources.configMaps]) {
    const z = (part as readonly KnownResource[]).some(({ metadata }) => metadata.name === "z");
    if (!z) throw new Error("a set was half");
  }
}

/** @param held since when certificates are there without their Secrets, in milliseconds */
function checkStep(before: Loaded, after: Loaded, at: number, held: Map<string, number>): void {
  const now = new Map(allResources(after.resources).map((one) => [idOf(one), one]));
  for (const then of allResources(before.resources)) {
    const next = now.get(idOf(then));
    // A Secret is followed by its name or as a certificate, and changes hands.
    if (next !== undefined && next.kind !== "Secret" && next !== then && isDeepStrictEqual(next, then)) {
      throw new Error(`${idOf(then)} is the same and was made anew`);
    }
  }
  const [named, namedNow] = [before, after].map(({ resources }) => referencedSecrets(resources, TRANSLATE));
  for (const secret of before.resources.secrets) {
    const key = keyOf(secret);
    if (secret.type !== "kubernetes.io/tls" || !named?.has(key) || !namedNow?.has(key) || now.has(idOf(secret)))
      continue;
    if (at - (held.get(key) ?? at) < GRACE) throw new Error(`the certificate ${key} went before its time`);
  }
  const gone = after.diagnostics.filter(({ code }) => code === "SecretGoneKeptForNow");
  const keys = gone.map(({ object }) => `${object.namespace}/${object.name}`);
  for (const key of held.keys()) if (!keys.includes(key)) held.delete(key);
  for (const key of keys) if (!held.has(key)) held.set(key, at);
}

function readableOf(object: StoredObject): readonly KnownResource[] {
  return readObject(object).resources;
}

function idOf(resource: KnownResource): string {
  return `${resource.kind} ${keyOf(resource)}`;
}

function idOfStored({ kind, metadata }: StoredObject): string {
  return `${kind} ${metadata.namespace ?? ""}/${metadata.name}`;
}

function textOf(resource: KnownResource): string {
  return JSON.stringify(resource);
}
