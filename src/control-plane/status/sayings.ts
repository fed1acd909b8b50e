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

/** What is to be said of objects: every diagnostic that belongs to one of a cluster. */
export function sayingsOf(diagnostics: readonly Diagnostic[], resources: ResourceSet): Saying[] {
  const about = diagnostics.filter(({ code, object }) => object.kind in API_VERSIONS && !NOT_OURS.has(code));
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
