import { describeOrigin, describePlace } from "../../snapshot/origin.ts";
import { Remembered } from "../remembered.ts";
import { keyOf } from "../resources/resource-key.ts";
import { resourceSet, type KnownResource } from "../resources/resource-set.ts";
import type { ResourceSet } from "../resources/resources.ts";
import type { Diagnostic } from "../translate/diagnostic.ts";
import { originOf } from "../translate/place.ts";
import type { Loaded } from "./sources.ts";

/** Resources, and how messages name where they come from when they have no place of their own. */
export interface Part {
  readonly from: string;
  readonly resources: ResourceSet;
}

/** Joins sets in the order given. Of objects with the same kind, namespace and name the first counts; each later one is a conflict. */
export function mergeResources(parts: readonly Part[]): Loaded {
  return new ResourceMerger().merge(parts);
}

/** Joins sets again and again. A list of one kind keeps its identity as long as all lists it is made of do. */
export class ResourceMerger {
  readonly #kinds = KINDS.map((kind) => ({ kind, merged: new Remembered<MergedKind>() }));

  /** @param parts from the same sources each time */
  merge(parts: readonly Part[]): Loaded {
    const resources: Partial<Record<keyof ResourceSet, readonly KnownResource[]>> = {};
    const diagnostics: Diagnostic[] = [];
    for (const { kind, merged } of this.#kinds) {
      const lists = parts.map((part) => part.resources[kind]);
      const now = merged.of(lists, () => mergeKind(parts, kind));
      resources[kind] = now.resources;
      diagnostics.push(...now.diagnostics);
    }
    return { resources: resources as ResourceSet, diagnostics };
  }
}

const KINDS = Object.keys(resourceSet([])) as (keyof ResourceSet)[];

interface MergedKind {
  readonly resources: readonly KnownResource[];
  readonly diagnostics: readonly Diagnostic[];
}

function mergeKind(parts: readonly Part[], kind: keyof ResourceSet): MergedKind {
  const first = new Map<string, { readonly resource: KnownResource; readonly from: string }>();
  const diagnostics: Diagnostic[] = [];
  for (const { from, resources } of parts) {
    for (const resource of resources[kind]) {
      const key = keyOf(resource);
      const winner = first.get(key);
      if (winner === undefined) first.set(key, { resource, from });
      else diagnostics.push(conflict(resource, from, winner.resource, winner.from));
    }
  }
  return { resources: Array.from(first.values(), ({ resource }) => resource), diagnostics };
}

function conflict(loser: KnownResource, from: string, winner: KnownResource, winnerFrom: string): Diagnostic {
  const object = originOf(loser, NAME);
  const first = describePlace(originOf(winner, NAME)) || winnerFrom;
  return {
    severity: "error",
    code: "ObjectDuplicate",
    scope: "conflict",
    object,
    message: `${describeOrigin(object)} in ${describePlace(object) || from} is also in ${first}, which counts`,
    remedy: "Remove or rename one of the two",
  };
}

/** The line a duplicate is shown at. */
const NAME = ["metadata", "name"];
