import type { Resource } from "./resource.ts";

/** "namespace/name": what an object is found by among those of its kind. */
export function keyOf(resource: Resource): string {
  return keyIn(resource.metadata.namespace, resource.metadata.name);
}

/** Whether two objects of a kind have the same key. */
export function haveOneName({ metadata: a }: Resource, { metadata: b }: Resource): boolean {
  return a.name === b.name && a.namespace === b.namespace;
}

/** The key of the object called `name` in a namespace; neither may hold a slash. */
export function keyIn(namespace: string, name: string): string {
  return `${namespace}/${name}`;
}

/** What a key names. @param key "namespace/name" */
export function namedBy(key: string): { readonly namespace: string; readonly name: string } {
  const [namespace = "", name = ""] = key.split("/");
  return { namespace, name };
}
