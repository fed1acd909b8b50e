import { resourceSet } from "../resources/resource-set.ts";
import type { ResourceSet } from "../resources/resources.ts";
import type { ResourceSource } from "./sources.ts";
import { untilAborted } from "./until-aborted.ts";

/** A source of resources made in code: yields them once. Kinds that are left out are empty. */
export function fixedResources(name: string, resources: Partial<ResourceSet>): ResourceSource {
  return {
    name,
    async *watch(signal) {
      yield { resources: { ...resourceSet([]), ...resources }, diagnostics: [] };
      await untilAborted(signal);
    },
  };
}
