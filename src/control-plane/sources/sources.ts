// Where resources come from.
// In: a cluster, a folder, code. Out: the whole ResourceSet, again each time something changed.
// Never: add/update/delete semantics behind this door; a source yields everything it knows.
import type { ResourceSet } from "../resources/resources.ts";
import type { Diagnostic } from "../translate/diagnostic.ts";

/** A moment of a source: what it holds, and what it could not read. */
export interface Loaded {
  readonly resources: ResourceSet;
  readonly diagnostics: readonly Diagnostic[];
}

export interface ResourceSource {
  /** For messages: "folder deploy/local". */
  readonly name: string;
  /** Yields at once what is there, then again after every change, until `signal` aborts. */
  watch(signal: AbortSignal): AsyncIterable<Loaded>;
}
