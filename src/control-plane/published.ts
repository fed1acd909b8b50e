import type { RoutingSnapshot } from "../snapshot/snapshot.ts";
import type { ResourceSet } from "./resources/resources.ts";
import type { Diagnostic } from "./translate/diagnostic.ts";

/** A snapshot that is being served, and every problem met on the way to it. */
export interface Published {
  readonly snapshot: RoutingSnapshot;
  readonly diagnostics: readonly Diagnostic[];
  /** What it was made of. */
  readonly resources: ResourceSet;
  /** "namespace/name" of every Ingress that is ours, also of those that are not served for some reason. */
  readonly ours: readonly string[];
}
