import { describeOrigin, describePlace } from "../../snapshot/origin.ts";
import type { Origin } from "../../snapshot/origin.ts";
import type { Resource } from "../resources/resources.ts";

/** A field inside an object: ["spec", "rules", 0, "host"]. */
export type FieldPath = readonly (string | number)[];

/** The object, with the line of `field` where the object was read from a file. */
export function originOf(resource: Resource, field: FieldPath = []): Origin {
  const { namespace, name } = resource.metadata;
  const origin: Origin = { kind: resource.kind, namespace, name };
  if (resource.place === undefined) return origin;
  return { ...origin, file: resource.place.file, line: resource.place.lineOf(field) };
}

/** "spec.rules[0].host", as people write it. */
export function describeField(field: FieldPath): string {
  return field
    .map((step, index) => (typeof step === "number" ? `[${step}]` : index === 0 ? step : `.${step}`))
    .join("");
}

/** "Ingress shop/web (web.yaml:12)", for messages about a second object. */
export function namedWithPlace(origin: Origin): string {
  const place = describePlace(origin);
  return place === "" ? describeOrigin(origin) : `${describeOrigin(origin)} (${place})`;
}
