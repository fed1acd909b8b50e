import { isDeepStrictEqual } from "node:util";
import type { Read } from "../../kubernetes/known-objects.ts";
import { readObject } from "../../resources/read-object.ts";
import type { KnownResource } from "../../resources/resource-set.ts";
import type { Diagnostic } from "../../translate/diagnostic.ts";
import type { ClusterKind } from "./cluster-kinds.ts";

/** What is kept of an object of the cluster. */
export interface Kept {
  /** null: no version of it could be read. */
  readonly resource: KnownResource | null;
  readonly diagnostics: readonly Diagnostic[];
}

/** Reads an object of a kind, once a version. One that cannot be read costs itself alone, and keeps the version before. */
export function readKept({ apiVersion, kind }: Pick<ClusterKind, "apiVersion" | "kind">): Read<Kept> {
  return (object, before) => {
    // Items of a list do not say what they are.
    const { resources, diagnostics } = readObject({ ...object, apiVersion, kind });
    const [read] = resources;
    return read === undefined ? fallBack(diagnostics, before) : { resource: sameOr(read, before), diagnostics };
  };
}

function fallBack(diagnostics: readonly Diagnostic[], before: Kept | undefined): Kept {
  const resource = before?.resource ?? null;
  if (resource === null) return { resource, diagnostics };
  const said = diagnostics.map((one) => ({ ...one, message: `${one.message}; its last good version stays in use` }));
  return { resource, diagnostics: said };
}

/** A version that reads the same is the same: whoever knew the resource need not look at it again. */
function sameOr(read: KnownResource, before: Kept | undefined): KnownResource {
  const known = before?.resource ?? null;
  return known !== null && isDeepStrictEqual(known, read) ? known : read;
}
