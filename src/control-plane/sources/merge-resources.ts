import { describeOrigin, describePlace } from "../../snapshot/origin.ts";
import { difference } from "../../snapshot/difference.ts";
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
  readonly #alone = new Alone();

  constructor(kind: keyof ResourceSet) {
    this.#kind = kind;
  }

  merge(parts: readonly Part[]): MergedKind {
    const lists = parts.map((part) => part.resources[this.#kind]);
    return this.#merged.of(lists, () => {
      // Nearly always there is one source.
      const alone = lists.length === 1 && this.#alone.isUnique(lists[0] ?? []);
      return alone ? { resources: lists[0] ?? [], diagnostics: [] } : this.#mergeAll(parts);
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

/** The names in a list, again and again. */
class Alone {
  #list: readonly KnownResource[] = [];
  readonly #names = new Set<string>();

  /** Whether no name is in the list twice. */
  isUnique(list: readonly KnownResource[]): boolean {
    const { gone, come } = difference(this.#list, list);
    // Where one was there twice, this takes away both.
    for (const one of gone) this.#names.delete(keyOf(one));
    for (const one of come) this.#names.add(keyOf(one));
    this.#list = list;
    if (this.#names.size === list.length) return true;
    this.#names.clear();
    for (const one of list) this.#names.add(keyOf(one));
    return this.#names.size === list.length;
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
