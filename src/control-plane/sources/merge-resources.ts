import { describeOrigin, describePlace } from "../../snapshot/origin.ts";
import { changedPlaces } from "../../snapshot/changed-places.ts";
import { Remembered, RememberedList } from "../remembered.ts";
import { haveOneName, keyOf } from "../resources/resource-key.ts";
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
  readonly #kinds = KINDS.map((kind) => ({ kind, merger: new KindMerger(kind) }));

  /** @param parts from the same sources each time */
  merge(parts: readonly Part[]): Loaded {
    const resources: Partial<Record<keyof ResourceSet, readonly KnownResource[]>> = {};
    const diagnostics: Diagnostic[] = [];
    for (const { kind, merger } of this.#kinds) {
      const now = merger.merge(parts);
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

class KindMerger {
  readonly #kind: keyof ResourceSet;
  readonly #merged = new Remembered<MergedKind>();
  readonly #alone = new RememberedList<KnownResource>();
  /** In which no name is there twice. */
  #known: readonly KnownResource[] | null = null;

  constructor(kind: keyof ResourceSet) {
    this.#kind = kind;
  }

  merge(parts: readonly Part[]): MergedKind {
    const lists = parts.map((part) => part.resources[this.#kind]);
    return this.#merged.of(lists, () => {
      // Nearly always there is one source, and it has replaced some objects by others of their names.
      const alone = parts.length === 1 ? this.#alone.of(lists[0] ?? []) : null;
      const known = alone !== null && this.#known !== null && changedPlaces(this.#known, alone, haveOneName) !== null;
      const merged = known ? { resources: alone, diagnostics: [] } : this.#mergeAll(parts);
      this.#known = alone !== null && merged.diagnostics.length === 0 ? alone : null;
      return merged;
    });
  }

  #mergeAll(parts: readonly Part[]): MergedKind {
    const first = new Map<string, { readonly resource: KnownResource; readonly from: string }>();
    const diagnostics: Diagnostic[] = [];
    for (const { from, resources } of parts) {
      for (const resource of resources[this.#kind]) {
        const key = keyOf(resource);
        const winner = first.get(key);
        if (winner === undefined) first.set(key, { resource, from });
        else diagnostics.push(conflict(resource, from, winner.resource, winner.from));
      }
    }
    return { resources: Array.from(first.values(), ({ resource }) => resource), diagnostics };
  }
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
