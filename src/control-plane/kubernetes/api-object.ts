/** Any object as the API server gives it, parsed and not checked further than this. */
export interface ApiObject {
  readonly metadata: {
    readonly name: string;
    /** Absent for cluster-scoped kinds. */
    readonly namespace?: string;
    /** Absent only for what was never stored. */
    readonly uid?: string;
    /** Opaque. */
    readonly resourceVersion?: string;
    readonly [field: string]: unknown;
  };
  readonly [field: string]: unknown;
}

/** What the API server sent is not what the API says; nothing of it can be believed, so everything is listed anew. */
export class Malformed extends Error {}

/**
 * Takes a value for an object, without `metadata.managedFields`, which is often the larger half of it and of no use to us.
 * @throws {Malformed} when it is none
 */
export function apiObject(value: unknown): ApiObject {
  const metadata = (value as { metadata?: Record<string, unknown> } | null)?.metadata;
  if (typeof metadata !== "object" || metadata === null || typeof metadata["name"] !== "string") {
    throw new Malformed("an object without metadata.name");
  }
  delete metadata["managedFields"];
  return value as ApiObject;
}

/** "namespace/name", or "/name" for cluster-scoped kinds. */
export function keyOfObject({ metadata }: ApiObject): string {
  return `${metadata.namespace ?? ""}/${metadata.name}`;
}
