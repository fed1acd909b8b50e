import { shown, type Field } from "./field.ts";
import { onlyWritten } from "./only-written.ts";
import type { ObjectMeta } from "./resource.ts";

/** The namespace of objects that name none. */
export const DEFAULT_NAMESPACE = "default";

/** Shapes `metadata`. `namespaced` is false for cluster-scoped kinds, whose namespace is "" whatever was written. */
export function readMetadata(metadata: Field, namespaced: boolean): ObjectMeta {
  metadata.map();
  return onlyWritten<ObjectMeta>({
    name: readName(metadata.at("name")),
    namespace: namespaced ? readNamespace(metadata.at("namespace")) : "",
    uid: metadata.at("uid").orElse(undefined, (uid) => uid.text()),
    creationTimestamp: metadata.at("creationTimestamp").orElse(null, readTime),
    annotations: metadata.at("annotations").texts(),
    labels: metadata.at("labels").texts(),
  });
}

/** RFC 1123 subdomain, as Kubernetes wants it: names are joined to keys further on, so a slash in one could pass for another object. */
const NAME = /^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/;

function readName(field: Field): string {
  const name = field.must(field.text() || undefined);
  if (NAME.test(name)) return name;
  const says = `must be lower-case letters, digits, "-" and ".", but is ${shown(name)}`;
  return field.fail("NameInvalid", says, "Rename the object");
}

function readNamespace(field: Field): string {
  const namespace = field.text() || DEFAULT_NAMESPACE;
  if (/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(namespace)) return namespace;
  const says = `must be lower-case letters, digits and "-", but is ${shown(namespace)}`;
  return field.fail("NameInvalid", says, "Write the name of a namespace");
}

function readTime(field: Field): number | null {
  const text = field.text();
  if (text === undefined) return null;
  const time = Date.parse(text);
  if (Number.isFinite(time)) return time;
  const says = `must be a time, but is ${shown(text)}`;
  return field.fail("FieldInvalid", says, "Remove it: the cluster sets it, and a folder does not need it");
}
