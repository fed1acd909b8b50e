import type { Resource } from "./resource.ts";

/** v1 ConfigMap. */
export interface ConfigMap extends Resource {
  readonly kind: "ConfigMap";
  readonly data: Readonly<Record<string, string>>;
}
