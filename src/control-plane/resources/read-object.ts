import type { Diagnostic } from "../translate/diagnostic.ts";
import { nearestName } from "../nearest-name.ts";
import { Field, shown, type Reading } from "./field.ts";
import { readConfigMap } from "./read-config-map.ts";
import { readEndpointSlice } from "./read-endpoint-slice.ts";
import { readEndpoints } from "./read-endpoints.ts";
import { readIngressClass } from "./read-ingress-class.ts";
import { readIngress } from "./read-ingress.ts";
import { DEFAULT_NAMESPACE, readMetadata } from "./read-metadata.ts";
import { readSecret } from "./read-secret.ts";
import { readService } from "./read-service.ts";
import type { KnownResource } from "./resource-set.ts";
import type { ObjectMeta, Place } from "./resource.ts";

/** What an object held: several resources when it is a list, none when it is of a kind we do not read. */
export interface ReadObjects {
  readonly resources: readonly KnownResource[];
  readonly diagnostics: readonly Diagnostic[];
}

interface Kind {
  readonly apiVersion: string;
  readonly namespaced: boolean;
  readonly read: (object: Field, metadata: ObjectMeta) => KnownResource;
}

const KINDS: ReadonlyMap<string, Kind> = new Map([
  ["Ingress", { apiVersion: "networking.k8s.io/v1", namespaced: true, read: readIngress }],
  ["IngressClass", { apiVersion: "networking.k8s.io/v1", namespaced: false, read: readIngressClass }],
  ["Service", { apiVersion: "v1", namespaced: true, read: readService }],
  ["EndpointSlice", { apiVersion: "discovery.k8s.io/v1", namespaced: true, read: readEndpointSlice }],
  ["Endpoints", { apiVersion: "v1", namespaced: true, read: readEndpoints }],
  ["ConfigMap", { apiVersion: "v1", namespaced: true, read: readConfigMap }],
  ["Secret", { apiVersion: "v1", namespaced: true, read: readSecret }],
]);

/** Groups in which one of our kinds with another version is a mistake; in any other group it is somebody else's kind (Knative has a Service). */
const OUR_GROUPS = new Set(["", "networking.k8s.io", "extensions", "discovery.k8s.io", "apps"]);

/** Makes typed resources of one untyped object (parsed YAML or JSON); `kind: List` and its relatives are unfolded. Never throws. */
export function readObject(value: unknown, place?: Place): ReadObjects {
  const reading: Reading = { ...identify(value), place, diagnostics: [] };
  const resources = new Field(value, reading).orElse([], (object) => read(object, reading));
  const { diagnostics } = reading;
  if (place === undefined) return { resources, diagnostics };
  return { resources: resources.map((resource) => ({ place, ...resource })), diagnostics };
}

function read(object: Field, reading: Reading): KnownResource[] {
  if (object.value === undefined) return [];
  if (typeof object.value !== "object" || Array.isArray(object.value)) {
    const what = Array.isArray(object.value) ? "a list" : shown(object.value);
    object.fail("NotAnObject", `A manifest must be a map, but this is ${what}`, "Write a Kubernetes object");
  }
  const kindField = object.at("kind");
  const apiVersionField = object.at("apiVersion");
  if (!kindField.written) {
    // Without any trace of Kubernetes it is the file of another tool (values.yaml, kustomization.yaml, package.json).
    if (apiVersionField.written || object.at("metadata").written) kindField.must(undefined);
    return [];
  }
  const kindName = kindField.must(kindField.text());
  const known = KINDS.get(kindName);
  if (known === undefined) {
    if (kindName.endsWith("List") && object.at("items").written) return unfold(object, kindName, reading);
    reportMisspelt(kindField, kindName, apiVersionField.value);
    return [];
  }
  const apiVersion = apiVersionField.must(apiVersionField.text());
  if (apiVersion === known.apiVersion) {
    return [known.read(object, readMetadata(object.at("metadata"), known.namespaced))];
  }
  if (OUR_GROUPS.has(groupOf(apiVersion))) reportApiVersion(apiVersionField, kindName, apiVersion, known.apiVersion);
  return [];
}

/** Items of a typed list (`IngressList`) may leave out kind and apiVersion, as the API server does; they are those of the list. */
function unfold(list: Field, kind: string, reading: Reading): KnownResource[] {
  const inherited = kind === "List" ? {} : { apiVersion: list.at("apiVersion").value, kind: kind.slice(0, -4) };
  const { place } = reading;
  let index = 0;
  const unfolded = list.at("items").items((item) => {
    const path = ["items", index++];
    const inner = place && {
      file: place.file,
      lineOf: (rest: Parameters<Place["lineOf"]>[0]) => place.lineOf([...path, ...rest]),
    };
    const written = item.map().value as object;
    const result = readObject({ ...inherited, ...written }, inner);
    reading.diagnostics.push(...result.diagnostics);
    return result.resources;
  });
  return unfolded.flatMap((resources) => resources ?? []);
}

/** In a group of ours; other groups have kinds of their own whose names look alike. */
function reportMisspelt(field: Field, kind: string, apiVersion: unknown): void {
  const candidates = [...KINDS.keys()];
  const near = nearestName(kind, candidates);
  const meant =
    candidates.find((known) => known.toLowerCase() === kind.toLowerCase()) ??
    (near !== null && KINDS.get(near)?.apiVersion === apiVersion ? near : undefined);
  if (meant !== undefined) field.report("KindUnknown", `is ${shown(kind)}, which does not exist`, `Write ${meant}`);
}

function reportApiVersion(field: Field, kind: string, apiVersion: string, wanted: string): void {
  const old = apiVersion.includes("beta") || apiVersion.startsWith("extensions/");
  const remedy = old
    ? `Convert it to ${wanted}, for example with kubectl convert --output-version ${wanted}`
    : `Write apiVersion: ${wanted}`;
  const says = `is ${shown(apiVersion)}, in which ${kind} is ${old ? "no longer" : "not"} served`;
  field.report("ApiVersionNotServed", says, remedy);
}

function groupOf(apiVersion: string): string {
  const slash = apiVersion.indexOf("/");
  return slash === -1 ? "" : apiVersion.slice(0, slash);
}

/** How messages name an object that may be anything. */
function identify(value: unknown): { kind: string; namespace: string; name: string } {
  const object = (value ?? {}) as { kind?: unknown; metadata?: { name?: unknown; namespace?: unknown } | null };
  const kind = textOr(object.kind, "Object");
  const namespace = KINDS.get(kind)?.namespaced === false ? "" : textOr(object.metadata?.namespace, DEFAULT_NAMESPACE);
  return { kind, namespace, name: textOr(object.metadata?.name, "(unnamed)") };
}

function textOr(value: unknown, otherwise: string): string {
  return typeof value === "string" && value !== "" ? value : otherwise;
}
