import { describeOrigin, describePlace } from "../../snapshot/origin.ts";
import type { Origin } from "../../snapshot/origin.ts";
import type { FieldPath } from "../resources/field-path.ts";
import type { Resource } from "../resources/resources.ts";

/** The object, with the line of `field` where the object was read from a file. */
export function originOf(resource: Resource, field: FieldPath = []): Origin {
  const { namespace, name } = resource.metadata;
  const origin: Origin = { kind: resource.kind, namespace, name };
  if (resource.place === undefined) return origin;
  return { ...origin, file: resource.place.file, line: resource.place.lineOf(field) };
}

/** "Ingress shop/web (web.yaml:12)", for messages about a second object. */
export function namedWithPlace(origin: Origin): string {
  const place = describePlace(origin);
  return place === "" ? describeOrigin(origin) : `${describeOrigin(origin)} (${place})`;
}
