import type { FieldPath } from "../resources/field-path.ts";
import type { Ingress } from "../resources/ingress.ts";
import type { Secret } from "../resources/secret.ts";
import type { Scope } from "./diagnostic.ts";
import { namedWithPlace, originOf } from "./place.ts";
import type { Translating } from "./translating.ts";

/** An annotation that protects by what is in a Secret, and what is said where it cannot. */
export interface Naming {
  /** With its prefix. */
  readonly annotation: string;
  /** "so its routes answer 503" */
  readonly consequence: string;
  readonly missing: { readonly code: string; readonly remedy: string };
  readonly broken: { readonly code: string; readonly remedy: string };
}

/** The Secret, with how to refuse what is in it. */
export interface NamedSecret {
  readonly secret: Secret;
  /** @param problem completes "Secret shop/ca …" */
  readonly broken: (problem: string) => { readonly why: string };
}

/** Finds the Secret of the Ingress's own namespace that an annotation names. `why` it is answered 503 otherwise. @param key "namespace/name" */
export function namedSecret(
  ingress: Ingress,
  key: string,
  { annotation, consequence, missing, broken }: Naming,
  { catalogue, problems }: Translating,
): NamedSecret | { readonly why: string } {
  const refuse = (code: string, scope: Scope, what: string, remedy: string): { why: string } => {
    const message = `annotation ${annotation} names ${what}, ${consequence}`;
    const field: FieldPath = ["metadata", "annotations", annotation];
    problems.add({ severity: "error", code, scope, object: originOf(ingress, field), message, remedy });
    return { why: `${message}. ${remedy}` };
  };
  const { namespace } = ingress.metadata;
  if (!key.startsWith(`${namespace}/`)) {
    const remedy = `Copy the Secret to namespace ${namespace}`;
    return refuse("SecretOfOtherNamespace", "object", `Secret ${key}, which is of another namespace`, remedy);
  }
  const secret = catalogue.secrets.get(key);
  if (secret === undefined) {
    return refuse(missing.code, "reference", `Secret ${key}, which does not exist`, missing.remedy);
  }
  return {
    secret,
    broken: (problem) =>
      refuse(broken.code, "reference", `${namedWithPlace(originOf(secret))}, which ${problem}`, broken.remedy),
  };
}
