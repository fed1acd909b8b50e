import { keyIn } from "../resources/resource-key.ts";
import type { KnownResource } from "../resources/resource-set.ts";
import { allResources } from "../resources/resource-set.ts";
import type { ResourceSet } from "../resources/resources.ts";
import type { Diagnostic } from "../translate/diagnostic.ts";
import type { Saying } from "./event.ts";

/** The kinds whose objects Events can be about. */
const API_VERSIONS: Readonly<Record<string, string>> = {
  Ingress: "networking.k8s.io/v1",
  IngressClass: "networking.k8s.io/v1",
  Service: "v1",
  EndpointSlice: "discovery.k8s.io/v1",
  Endpoints: "v1",
  Secret: "v1",
  ConfigMap: "v1",
};

/** Of another's Ingress nothing is said on it: who owns it has not asked us. */
const NOT_OURS = new Set(["IngressOfOtherClass", "IngressWithoutClass"]);

/** Events about one object: those of one with thousands of mistakes must not stand in the way of everybody else's. */
const MOST = 20;

/** What is to be said of objects: every diagnostic that belongs to one of a cluster, of one object the first twenty. */
export function sayingsOf(diagnostics: readonly Diagnostic[], resources: ResourceSet): Saying[] {
  const counts = new Map<string, number>();
  const errorsFirst = [
    ...diagnostics.filter(({ severity }) => severity === "error"),
    ...diagnostics.filter(({ severity }) => severity !== "error"),
  ];
  const about = errorsFirst.filter(({ code, object }) => {
    if (!Object.hasOwn(API_VERSIONS, object.kind) || NOT_OURS.has(code)) return false;
    const key = `${object.kind} ${keyIn(object.namespace, object.name)}`;
    const count = (counts.get(key) ?? 0) + 1;
    counts.set(key, count);
    return count <= MOST;
  });
  if (about.length === 0) return [];
  const uids = uidsOf(resources, new Set(about.map(({ object }) => object.kind)));
  return about.map(({ severity, code, object, message, remedy }) => {
    const { kind, namespace, name } = object;
    const uid = uids.get(`${kind} ${keyIn(namespace, name)}`);
    return {
      about: { apiVersion: API_VERSIONS[kind] as string, kind, namespace, name, ...(uid === undefined ? {} : { uid }) },
      type: severity === "info" ? "Normal" : "Warning",
      reason: code,
      message: `${message}. ${remedy}.`,
    };
  });
}

function uidsOf(resources: ResourceSet, kinds: ReadonlySet<string>): Map<string, string | undefined> {
  const wanted = allResources(resources).filter(({ kind }) => kinds.has(kind));
  return new Map(
    wanted.map((one: KnownResource) => [
      `${one.kind} ${keyIn(one.metadata.namespace, one.metadata.name)}`,
      one.metadata.uid,
    ]),
  );
}
